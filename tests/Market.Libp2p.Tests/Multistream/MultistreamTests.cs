using CsCheck;
using Market.Libp2p.Multistream;

namespace Market.Libp2p.Tests.Multistream;

public sealed class MultistreamTests
{
    [Theory]
    [InlineData("00")] // no length for the newline
    [InlineData("8108")] // 1025 bytes
    [InlineData("ffffffffffffffffff01")] // a varint of ten bytes
    [InlineData("026162")] // no newline
    [InlineData("02ff0a")] // not UTF-8
    public void Refuses_a_message_that_is_none(string hex) => AssertViolation(() =>
    {
        ReadOnlySpan<byte> input = Convert.FromHexString(hex);
        MultistreamMessage.TryTake(ref input);
    });

    [Fact]
    public void Gives_the_published_bytes() =>
        Assert.Equal("132f6d756c746973747265616d2f312e302e300a", Convert.ToHexStringLower(MultistreamMessage.Encode(MultistreamMessage.Header)));

    [Fact]
    public void The_dialler_refuses_an_answer_that_it_did_not_ask_for()
    {
        foreach (var answer in new[] { "/other/1", MultistreamMessage.Header, "ls" })
        {
            AssertViolation(() => Answer(new MultistreamDialer(["/a/1"]), MultistreamMessage.Header, answer));
        }

        AssertViolation(() => Answer(new MultistreamDialer(["/a/1"]), "/a/1"));
    }

    [Fact]
    public void The_dialler_proposes_one_after_the_other_and_says_when_none_is_left()
    {
        var dialler = new MultistreamDialer(["/a/1", "/b/1"]);
        Assert.Equal((null, MultistreamMessage.Encode("/b/1")), Answer(dialler, MultistreamMessage.Header, "na"), Same);
        Assert.Equal("/b/1", Answer(dialler, "/b/1").Agreed);
        var refused = Assert.Throws<Libp2pException>(() => Answer(new MultistreamDialer(["/a/1"]), MultistreamMessage.Header, "na"));
        Assert.Equal(Libp2pReason.ProtocolNotSupported, refused.Reason);
    }

    [Fact]
    public void Any_bytes_end_in_an_agreement_a_wait_or_a_violation_wherever_they_are_cut() =>
        Gen.Select(Message.Array[0, 20], Gen.Byte.Array[0, 5], Gen.Int[1, 50]).Sample((messages, tail, size) =>
        {
            byte[] bytes = [.. messages.SelectMany(m => m), .. tail];
            Assert.Equal(Listen([bytes]), Listen(bytes.Chunk(size)));
        }, iter: 2000);

    private static string[] Likely { get; } = [MultistreamMessage.Header, MultistreamMessage.Header, "/a/1", "/b/1", "na", "ls", string.Empty];

    private static Gen<byte[]> Message { get; } = Gen.OneOf(
        Gen.Int[0, Likely.Length - 1].Select(i => MultistreamMessage.Encode(Likely[i])),
        Gen.String[0, 20].Select(m => MultistreamMessage.Encode(m)),
        Gen.Byte.Array[0, 4]);

    private static (string? Agreed, string Replies, bool Refused) Listen(IEnumerable<byte[]> parts)
    {
        var listener = new MultistreamListener(p => p == "/b/1");
        var (pending, replies, agreed) = (new List<byte>(), new List<byte>(), (string?)null);
        try
        {
            foreach (var part in parts.TakeWhile(_ => agreed is null))
            {
                pending.AddRange(part);
                ReadOnlySpan<byte> input = pending.ToArray();
                agreed = listener.Advance(ref input, replies);
                pending.RemoveRange(0, pending.Count - input.Length);
            }

            return (agreed, Convert.ToHexString([.. replies]), false);
        }
        catch (Libp2pException)
        {
            return (null, string.Empty, true);
        }
    }

    private static (string? Agreed, byte[] Proposals) Answer(MultistreamDialer dialler, params string[] messages)
    {
        ReadOnlySpan<byte> input = MultistreamMessage.Encode(messages);
        var proposals = new List<byte>();
        return (dialler.Advance(ref input, proposals), [.. proposals]);
    }

    private static bool Same((string?, byte[]) a, (string?, byte[]) b) => a.Item1 == b.Item1 && a.Item2.AsSpan().SequenceEqual(b.Item2);

    private static void AssertViolation(Action act) => Assert.Equal(Libp2pReason.ProtocolViolation, Assert.Throws<Libp2pException>(act).Reason);
}
