using Market.Ethereum.Sending;

namespace Market.Ethereum.Tests.Sending;

public sealed class SendJournalTests : IDisposable
{
    private static readonly Address Account = Address.Parse("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266");

    private readonly string _folder = Directory.CreateTempSubdirectory("journal-").FullName;

    private string Journal => Path.Combine(_folder, "sends");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Refuses_a_journal_that_is_open_already()
    {
        using var first = SendJournal.Open(Journal, 1, Account);
        var e = Assert.Throws<EthereumException>(() => SendJournal.Open(Journal, 1, Account));
        Assert.Contains("open in another process", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_a_journal_of_another_chain_or_account()
    {
        SendJournal.Open(Journal, 1, Account).Dispose();
        Assert.Contains("on chain 1, expected", Assert.Throws<EthereumException>(() => SendJournal.Open(Journal, 2, Account)).Message, StringComparison.Ordinal);
        Assert.Throws<EthereumException>(() => SendJournal.Open(Journal, 1, default));
    }

    [Fact]
    public void Refuses_a_journal_that_is_damaged_before_its_last_line()
    {
        Write(Line("a", 0));
        var lines = File.ReadAllLines(Journal);
        File.WriteAllLines(Journal, [lines[0], "{\"Event\":", lines[1]]);
        var e = Assert.Throws<EthereumException>(() => SendJournal.Open(Journal, 1, Account));
        Assert.Contains("damaged in line 2", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Opens_wherever_a_crash_cut_it_and_knows_every_whole_line()
    {
        Write(Line("a", 0), Line("b", 1), Line("a", 0, JournalEvent.Settled));
        var whole = File.ReadAllBytes(Journal);
        var ends = whole.Select((b, i) => (b, i)).Where(x => x.b == '\n').Select(x => x.i).ToArray();
        for (var length = 0; length <= whole.Length; length++)
        {
            File.WriteAllBytes(Journal, whole[..length]);
            using var journal = SendJournal.Open(Journal, 1, Account);
            var lines = ends.Count(end => end < length);
            string[] open = lines switch { < 2 => [], 2 => ["a"], 3 => ["a", "b"], _ => ["b"] };
            Assert.Equal(open, journal.Open().Select(send => send.Key));
        }
    }

    [Fact]
    public void Knows_the_same_after_each_opening()
    {
        Write(Line("a", 0), Line("b", 1), Line("b", 1, JournalEvent.Released), Line("c", 1), Line("c", 1), Line("a", 0, JournalEvent.Settled));
        for (var i = 0; i < 3; i++)
        {
            using var journal = SendJournal.Open(Journal, 1, Account);
            Assert.Equal(JournalEvent.Settled, journal.Find("a")!.Last.Event);
            Assert.Equal(JournalEvent.Released, journal.Find("b")!.Last.Event);
            Assert.Single(journal.Find("b")!.Versions);
            Assert.Equal(2, journal.Find("c")!.Versions.Count);
            Assert.Equal(["c"], journal.Open().Select(send => send.Key));
        }
    }

    [Fact]
    public void Says_that_the_disk_is_full_and_goes_on_without_a_trace_once_there_is_room()
    {
        using var disk = SmallDisk.Mount("64k");
        var path = Path.Combine(disk.Folder, "sends");
        using (var journal = SendJournal.Open(path, 1, Account))
        {
            journal.Append(Line("a", 0));
            disk.Fill();
            var refused = Assert.Throws<EthereumException>(() =>
            {
                for (ulong i = 1; i < 100; i++)
                {
                    journal.Append(Line($"b{i}", i));
                }
            });
            Assert.Contains($"Journal '{path}' cannot be written", refused.Message, StringComparison.Ordinal);
            disk.Free();
            journal.Append(Line("c", 100));
        }

        using var later = SendJournal.Open(path, 1, Account);
        var known = later.Open().Select(send => send.Key).ToList();
        Assert.Equal(("a", "c"), (known[0], known[^1]));
        Assert.Equal(Enumerable.Range(1, known.Count - 2).Select(i => $"b{i}"), known[1..^1]);
    }

    private static JournalLine Line(string key, ulong nonce, JournalEvent what = JournalEvent.Signed) => new()
    {
        Event = what,
        Key = key,
        Intent = default,
        Nonce = nonce,
        Hash = default,
        Raw = what is JournalEvent.Signed ? [2, 1] : null,
    };

    // Without the rewriting that an opening does, so that all lines are in the file.
    private void Write(params JournalLine[] lines)
    {
        using var journal = SendJournal.Open(Journal, 1, Account);
        foreach (var line in lines)
            journal.Append(line);
    }
}
