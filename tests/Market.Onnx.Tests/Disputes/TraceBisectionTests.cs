using System.Security.Cryptography;
using CsCheck;
using Market.Onnx.Digests;
using Market.Onnx.Disputes;

namespace Market.Onnx.Tests.Disputes;

public sealed class TraceBisectionTests
{
    [Fact]
    public void Refuses_equal_roots_and_traces_of_another_length()
    {
        var trace = Trace(5, 5);
        Assert.Throws<ArgumentException>(() => TraceBisection.Begin(5, trace.Root, trace.Root));
        Assert.Throws<ArgumentException>(() => TraceBisection.Begin(5, trace.Root, Trace(5, 2).Root).MoveOf(Trace(6, 2)));
    }

    [Fact]
    public void Refuses_moves_that_do_not_make_the_digest_in_dispute()
    {
        var (one, other) = (Trace(300, 300), Trace(300, 77));
        var begin = TraceBisection.Begin(300, one.Root, other.Root);
        var (mine, theirs) = (begin.MoveOf(one), begin.MoveOf(other));
        foreach (var broken in new IReadOnlyList<Digest>[] { [], [.. mine.Skip(1)], [.. mine, mine[0]], [.. mine.Reverse()], theirs, begin.MoveOf(Trace(300, 100)) })
        {
            Assert.False(begin.IsSound(broken, begin.One));
            Assert.Throws<ArgumentException>(() => begin.Next(broken, theirs));
        }

        Assert.True(begin.IsSound(mine, begin.One));
        Assert.Throws<ArgumentException>(() => begin.Next(theirs, mine));
    }

    [Fact]
    public void Finds_the_first_operator_that_differs_within_three_rounds_for_4096() =>
        Gen.Int[1, 4096].SelectMany(nodes => Gen.Int[0, nodes - 1].Select(at => (nodes, at))).Sample(pick =>
        {
            var (one, other) = (Trace(pick.nodes, pick.nodes), Trace(pick.nodes, pick.at));
            var (found, rounds) = Play(one, other);
            Assert.Equal(pick.at, found.Place);
            Assert.Equal((one.Nodes[pick.at], other.Nodes[pick.at]), (found.One, found.Other));
            Assert.InRange(rounds, 0, 3);
        }, iter: 200);

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(16, 1)]
    [InlineData(17, 2)]
    [InlineData(256, 2)]
    [InlineData(257, 3)]
    [InlineData(4000, 3)]
    public void Takes_a_round_for_each_factor_of_16(int nodes, int expected) => Assert.Equal(expected, Play(Trace(nodes, nodes), Trace(nodes, nodes - 1)).Rounds);

    internal static (TraceBisection Found, int Rounds) Play(ExecutionTrace one, ExecutionTrace other)
    {
        var rounds = 0;
        var place = TraceBisection.Begin(one.Nodes.Count, one.Root, other.Root);
        for (; !place.IsFound; rounds++)
        {
            place = place.Next(place.MoveOf(one), place.MoveOf(other));
        }

        return (place, rounds);
    }

    /// <summary>A trace that goes wrong at an operator and stays wrong, as everything after depends on it.</summary>
    private static ExecutionTrace Trace(int nodes, int wrongFrom) =>
        new(Enumerable.Range(0, nodes).Select(i => new Digest(SHA256.HashData(BitConverter.GetBytes(i < wrongFrom ? i : ~i - wrongFrom)))));
}
