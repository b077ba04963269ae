using System.Security.Cryptography;
using CsCheck;
using Market.Protocol.Draws;
using Market.Protocol.Ids;

namespace Market.Protocol.Tests.Draws;

public sealed class WitnessDrawTests
{
    private static WitnessDraw Of(int job, uint verifier) => new(new JobId(SHA256.HashData(BitConverter.GetBytes(job))), new StakeId(verifier));

    [Fact]
    public void Nobody_else_draws_the_same()
    {
        var own = Of(1, 7);
        Assert.All(new[] { Of(2, 7), Of(1, 8) }, other =>
        {
            Assert.NotEqual(own.DrawValues(3000), other.DrawValues(3000));
            Assert.NotEqual(own.DrawElements(0, [1 << 20])[0], other.DrawElements(0, [1 << 20])[0]);
        });
        Assert.NotEqual(own.DrawElements(0, [1 << 20])[0], own.DrawElements(1, [1 << 20])[0]);
    }

    [Fact]
    public void Draws_one_value_of_each_third_in_order_and_elements_that_are_there() =>
        Gen.Select(Gen.Int, Gen.Int[4, 5000], Gen.Int[1, int.MaxValue]).Sample((job, count, size) =>
        {
            var values = Of(job, 3).DrawValues(count);
            var elements = Of(job, 3).DrawElements(5, [size, 0, 1]);
            return values.Length == 3 && values.Select((value, part) => value >= (long)count * part / 3 && value < (long)count * (part + 1) / 3).All(inPart => inPart)
                && elements[0].Length == 8 && elements[0].All(e => e >= 0 && e < size) && elements[1].IsEmpty && elements[2].All(e => e == 0);
        });

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void Draws_all_of_a_few(int count) => Assert.Equal(Enumerable.Range(0, count), Of(1, 1).DrawValues(count));

    [Fact]
    public void Draws_the_published_values_and_elements()
    {
        var draw = new WitnessDraw(default, new StakeId(1));
        Assert.Equal("11,136,238 581,231,818,997,25,135,663,542", $"{string.Join(',', draw.DrawValues(300))} {string.Join(',', draw.DrawElements(0, [1000])[0])}");
    }
}
