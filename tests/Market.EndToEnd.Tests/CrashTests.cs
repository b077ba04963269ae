using System.Runtime.InteropServices;
using Market.Chain.State;
using Market.Jobs.Packaging;
using Market.Jobs.Peers;
using Market.Node.Requests;
using Market.Onnx.Execution;
using Market.Onnx.Tensors;
using Market.Protocol.Bundles;
using Market.Protocol.Jobs;

namespace Market.EndToEnd.Tests;

/// <summary>A provider's process is killed without warning and started again: nothing is lost, nothing is sent twice.</summary>
public sealed class CrashTests(DevnetFixture fixture) : IClassFixture<DevnetFixture>
{
    [Theory]
    [InlineData(SeatState.Claimed)]
    [InlineData(SeatState.Committed)]
    public async Task A_killed_provider_goes_on_where_it_was_and_is_paid(SeatState moment)
    {
        var stop = TestContext.Current.CancellationToken;
        var devnet = fixture.Devnet;
        var victim = devnet.Nodes.Values.Where(n => n.Role == StakeRole.Provider).OrderBy(n => n.Stake).First();
        var options = new PeerNodeOptions(devnet.Deployment, devnet.Requester.Key, devnet.Requester.Folder);
        await using var peer = await PeerNode.StartAsync(options, stop);
        var job = await PostAsync(peer, stop);
        var attending = new Requester(peer).AttendAsync(job.Id, _ => { }, stop);

        await peer.Follower.WaitAsync(s => s.Job(job.Id) is { } j && (Reached(j, victim.Stake, moment) || j.IsOver), stop);
        victim.Process!.Kill();
        await devnet.StartNodeAsync(victim.Stake, null, SessionSettings.Default, stop);

        job = await attending;
        Assert.Equal(JobState.Final, job.State);
        Assert.All(job.Seats, seat => Assert.Equal(Outcome.Accept, seat.Outcome));
        Assert.Contains(job.Seats, seat => seat.Provider == victim.Stake && seat.Attempt == 0);
        Assert.DoesNotContain(job.History, h => h.Event is Chain.Contracts.MarketEvent.SeatEvicted);
    }

    private static bool Reached(JobRecord job, uint stake, SeatState moment) => job.SeatOf(stake) is { } seat && job.Seats[seat].State >= moment;

    private static async Task<JobRecord> PostAsync(PeerNode peer, CancellationToken stop)
    {
        var model = DevnetFixture.Model("ch_PP-OCRv4_rec_infer.onnx");
        var values = new float[3 * 48 * 320];
        var tasks = Enumerable.Range(1, 30).Select(i =>
        {
            values.AsSpan().Fill(i / 30f);
            TensorMap map = [KeyValuePair.Create("x", new Tensor(ElementType.Float, [1, 3, 48, 320], MemoryMarshal.AsBytes(values.AsSpan()).ToArray()))];
            return map;
        }).ToList();
        var trial = await TrialRun.RunAsync(model, tasks[0], stop);
        var order = new JobOrder();
        var runtime = new RuntimeTerms(DeterminismClass.Of(SessionSettings.Default).RuntimeVersion, []);
        var package = await JobPackage.CreateAsync(peer.Store, model, tasks, trial.Outputs, order.Tolerance, trial.Limits(12_000_000, 1, 1), runtime, stop);
        var requester = new Requester(peer);
        return await requester.PostAsync(package, requester.SpecOf(package, order), stop);
    }
}
