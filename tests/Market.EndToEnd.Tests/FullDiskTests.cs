using System.Diagnostics;
using Market.Ethereum;
using Market.Ethereum.Tests;
using Market.Node.Providers;
using Market.Protocol.Ids;

namespace Market.EndToEnd.Tests;

/// <summary>Full disks: said in one sentence, nothing half-written, nothing lost.</summary>
[Collection(nameof(SharedDevnet))]
public sealed class FullDiskTests(DevnetFixture fixture)
{
    [Fact]
    public async Task A_new_key_is_written_whole_or_not_at_all()
    {
        var refused = await RunOnSmallDiskAsync("64k", "head -c 1m /dev/zero > $DISK/filling 2>&-", ["wallet", "new"]);
        BadInputTests.AssertRefused(refused, "No space left on device", withOutput: true);
        Assert.Equal("filling", refused.Output.Trim());
    }

    [Fact]
    public async Task A_job_that_does_not_fit_onto_the_disk_is_not_posted()
    {
        var inputs = fixture.WriteInputs("large", [1, 3, 48, 192], 6);
        var wallet = Path.Combine(fixture.Devnet.Requester.Folder, "wallet.json");
        var refused = await RunOnSmallDiskAsync(
            "1m", $"cp {wallet} $DISK", ["job", "submit", DevnetFixture.Model(TestJob.DirectionModel), inputs, "--yes", "--deployment", fixture.Devnet.DeploymentFile]);
        BadInputTests.AssertRefused(refused, "is full", withOutput: true);
        Assert.DoesNotContain("Posted", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_provider_does_not_commit_to_what_its_journal_could_not_keep()
    {
        using var disk = SmallDisk.Mount("256k");
        using var journal = ProviderJournal.Open(Path.Combine(disk.Folder, "provider.db"));
        var job = new JobId(new Bytes32(new byte[32]));
        disk.Fill();
        var result = new JournaledResult(Hash256.Zero, Hash256.Zero, new byte[100_000]);
        Assert.Contains("provider.db' cannot be written", Assert.Throws<IOException>(() => journal.Keep(job, 0, 0, result)).Message, StringComparison.Ordinal);
        Assert.Null(journal.Find(job, 0, 0));
        disk.Free();
        journal.Keep(job, 0, 0, result);
        Assert.Equal(result.Manifest, journal.Find(job, 0, 0)!.Manifest);
    }

    /// <summary>Runs <c>market</c> with its data on a disk of its own, in a namespace of its own, and lists what it left there.</summary>
    private async Task<Programs.Finished> RunOnSmallDiskAsync(string size, string prepare, string[] arguments)
    {
        var start = new ProcessStartInfo("unshare") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DISK"] = Directory.CreateDirectory(Path.Combine(fixture.Files, "disk")).FullName;
        var script = $"mount -t tmpfs -o size={size} tmpfs $DISK || exit 99; {prepare}; \"$@\" --data $DISK; code=$?; ls $DISK; exit $code";
        foreach (var argument in (string[])["-rm", "sh", "-c", script, "sh", "dotnet", Path.Combine(AppContext.BaseDirectory, "market.dll"), .. arguments, "--password-file", fixture.Devnet.PasswordFile])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var finished = await Programs.FinishAsync(process);
        Assert.SkipWhen(finished.Code == 99 || finished.Error.Contains("unshare failed", StringComparison.Ordinal), "This system gives users no mount namespaces.");
        return finished;
    }
}
