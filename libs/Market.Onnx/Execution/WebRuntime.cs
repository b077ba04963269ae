using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Market.Onnx.Execution;

/// <summary>ONNX Runtime's WebAssembly build under Node.js: slower than the native one, but with the same bits on every machine (docs/referee.md).</summary>
/// <remarks>The build is pinned by its digest: what defines the bits is this one binary, not its version's name.</remarks>
public sealed record WebRuntime
{
    /// <summary>The version of the npm package <c>onnxruntime-web</c>.</summary>
    public const string Version = "1.30.0";

    private const string Binary = "dist/ort-wasm-simd-threaded.wasm";
    private const string BinarySha256 = "3398c10d07d229bd91b364548e130e0e51a8e5704b88c7c083ebbeb78842dee2";

    private WebRuntime(string node, string package) => (Node, Package) = (node, package);

    /// <summary>The Node.js program.</summary>
    public string Node { get; }

    /// <summary>The folder of the package.</summary>
    public string Package { get; }

    /// <summary>Finds Node.js and the build in a folder of npm packages.</summary>
    /// <param name="modules">The folder, usually <c>node_modules</c>.</param>
    /// <exception cref="WorkerException">One of them is absent, or the build is another one; the message says what to install.</exception>
    public static WebRuntime Find(string modules)
    {
        ArgumentNullException.ThrowIfNull(modules);
        var folder = Path.GetFullPath(modules);
        var system = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "x64";
        var package = Path.Combine(folder, "onnxruntime-web");
        return new WebRuntime(
            Existing(Path.Combine(folder, $"node-linux-{system}", "bin", "node"), $"node-linux-{system}"),
            Checked(package, Existing(Path.Combine(package, Binary), $"onnxruntime-web@{Version}")));
    }

    private static string Existing(string path, string package) => File.Exists(path)
        ? path
        : throw new WorkerException($"'{path}' is not there: install the npm package {package}, or name the folder of npm packages that has it.");

    private static string Checked(string package, string binary)
    {
        using var file = File.OpenRead(binary);
        var found = Convert.ToHexStringLower(SHA256.HashData(file));
        return found == BinarySha256
            ? package
            : throw new WorkerException($"'{binary}' has the SHA-256 {found}, expected {BinarySha256}: install onnxruntime-web@{Version}.");
    }
}
