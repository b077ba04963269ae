using System.Collections.Frozen;
using System.Text.Json;
using Market.Cli;
using Microsoft.Net.Http.Headers;

namespace Market.Web.Uploads;

/// <summary>Serves what a browser needs to draw pages of PDF files itself: a few parts of the pinned npm package, as they are. This server never opens a PDF file.</summary>
internal sealed class PdfScripts
{
    private const string Package = "pdfjs-dist";

    // Without WebAssembly, which the policy of these pages does not allow; the fonts and character maps are for files that do not bring their own.
    private static readonly (string Folder, string Pattern)[] Needed =
        [("build", "pdf.min.mjs"), ("build", "pdf.worker.min.mjs"), ("wasm", "*_nowasm_fallback.js"), ("cmaps", "*.bcmap"), ("standard_fonts", "*.pfb"), ("standard_fonts", "*.ttf")];

    private readonly FrozenDictionary<string, string> _files;
    private readonly string _version;

    private PdfScripts(string version, FrozenDictionary<string, string> files) => (_version, _files) = (version, files);

    /// <summary>Under which address they are; it changes with their version. Null if the package is not here: PDF files are not offered to be chosen then.</summary>
    public string? Address => _files.Count == 0 ? null : $"/{Package}/{_version}";

    /// <summary>Those of the package above this program.</summary>
    public static PdfScripts Find()
    {
        if (NpmPackages.Above(Package) is not { } modules)
        {
            return new PdfScripts("", FrozenDictionary<string, string>.Empty);
        }

        var root = Path.Combine(modules, Package);
        using var about = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(root, "package.json")));
        var files = Needed.SelectMany(part => Directory.EnumerateFiles(Path.Combine(root, part.Folder), part.Pattern).Select(path => KeyValuePair.Create($"{part.Folder}/{Path.GetFileName(path)}", path)));
        return new PdfScripts(about.RootElement.GetProperty("version").GetString()!, files.ToFrozenDictionary(StringComparer.Ordinal));
    }

    public static void Map(WebApplication app) =>
        app.MapGet($"/{Package}/{{version}}/{{folder}}/{{name}}", (PdfScripts scripts, HttpContext http, string version, string folder, string name) => scripts.Serve(http, version, $"{folder}/{name}")).ExcludeFromDescription();

    private IResult Serve(HttpContext http, string version, string file)
    {
        if (version != _version || !_files.TryGetValue(file, out var path))
        {
            return TypedResults.NotFound();
        }

        http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return TypedResults.PhysicalFile(path, Path.GetExtension(path) is ".mjs" or ".js" ? "text/javascript" : "application/octet-stream", entityTag: new EntityTagHeaderValue($"\"{version}\""));
    }
}
