using System.Numerics;
using System.Security.Cryptography;
using CsCheck;
using Market.Protocol.Draws;
using Market.Protocol.Ids;
using Market.Protocol.Money;

namespace Market.Protocol.Tests.Draws;

public sealed class DrawTests
{
    private static Bytes32 Hash(int number) => new(SHA256.HashData(BitConverter.GetBytes(number)));

    [Fact]
    public void Draws_the_share_without_repetition() => Gen.Select(Gen.Int, Gen.Int[1, 65_536], Gen.Int[0, 10_000]).Sample((seed, tasks, share) =>
    {
        var drawn = Sampling.Draw(new Seed(Hash(seed)), tasks, new BasisPoints(share));
        var least = (int)((long)tasks * share / 10_000);
        var whole = (long)tasks * share % 10_000 == 0;
        Assert.InRange(drawn.Length, least, whole ? least : least + 1);
        Assert.Equal(drawn.Distinct().Order(), drawn);
        Assert.All(drawn, task => Assert.InRange(task, 0, tasks - 1));
    }, iter: 200);

    [Fact]
    public void Checks_a_single_task_as_often_as_its_share_says()
    {
        var drawn = Enumerable.Range(0, 20_000).Sum(i => Sampling.Draw(new Seed(Hash(i)), 1, new BasisPoints(1000)).Length);
        Assert.InRange(drawn, 2000 - 170, 2000 + 170);
    }

    [Fact]
    public void Draws_every_task_equally_often()
    {
        var counts = new int[7];
        for (var i = 0; i < 14_000; i++)
        {
            foreach (var task in Sampling.Draw(new Seed(Hash(i)), 7, new BasisPoints(5000)))
            {
                counts[task]++;
            }
        }

        Assert.All(counts, count => Assert.InRange(count, 7000 - 240, 7000 + 240));
    }

    // Computed by an independent implementation of the rule in Python.
    [Theory]
    [InlineData("0x0000000000000000000000000000000000000000000000000000000000000000", 200, 300, new[] { 18, 38, 51, 59, 114, 171 })]
    [InlineData("0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", 65_536, 1, new[] { 3421, 5909, 28434, 34638, 56718, 63032 })]
    [InlineData("0x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", 37, 1234, new[] { 6, 13, 14, 27, 36 })]
    public void Draws_the_published_samples(string seed, int tasks, int share, int[] drawn) =>
        Assert.Equal(drawn, Sampling.Draw(Seed.Parse(seed), tasks, new BasisPoints(share)));

    [Fact]
    public void Eligibility_grows_linearly_until_all_may_act()
    {
        var rule = new Sortition(60);
        var seats = 2u;
        var eligible = Enumerable.Range(0, 4000).Select(i => rule.FirstEligibleBlock(Hash(i), new Units(1), new Units(4000), seats)).ToArray();
        Assert.InRange(eligible.Count(block => block <= 30), 0, 10);
        Assert.All(eligible, block => Assert.InRange(block, 1UL, 60UL));
        Assert.False(rule.IsEligible(Hash(1), new Units(1), new Units(1), seats, 0));
        Assert.False(rule.IsEligible(Hash(1), Units.Zero, new Units(1), seats, 59));
        Assert.True(rule.IsEligible(Hash(1), Units.Zero, new Units(1), seats, 60));
    }

    [Fact]
    public void Eligibility_follows_stake()
    {
        var rule = new Sortition(1000);
        var eligible = Enumerable.Range(0, 10_000).Count(i => rule.IsEligible(Hash(i), new Units(300), new Units(1000), 1, 30));
        Assert.InRange(eligible, 3000 - 180, 3000 + 180);
    }

    [Fact]
    public void Eligibility_is_the_exact_inequality() =>
        Gen.Select(Gen.Int, Gen.ULong[1, ulong.MaxValue], Gen.UInt[1, 7], Gen.ULong[1, 59]).Sample((ticket, weight, seats, blocks) =>
        {
            var value = new BigInteger(Hash(ticket).ToArray(), isUnsigned: true, isBigEndian: true) >> 96;
            var expected = (BigInteger)seats * blocks * weight << 160 > value * 30 * ulong.MaxValue;
            Assert.Equal(expected, new Sortition(60).IsEligible(Hash(ticket), new Units(weight), new Units(ulong.MaxValue), seats, blocks));
        });

    [Fact]
    public void Salts_depend_on_everything_that_they_bind()
    {
        byte[] secret = new byte[32], other = [.. new byte[31], 1], contract = new byte[20], elsewhere = [.. new byte[19], 1];
        var job = new JobId(Hash(1));
        Salt[] salts =
        [
            SaltDerivation.Derive(secret, 1, contract, job, 0, 0),
            SaltDerivation.Derive(other, 1, contract, job, 0, 0),
            SaltDerivation.Derive(secret, 2, contract, job, 0, 0),
            SaltDerivation.Derive(secret, 1, elsewhere, job, 0, 0),
            SaltDerivation.Derive(secret, 1, contract, new JobId(Hash(2)), 0, 0),
            SaltDerivation.Derive(secret, 1, contract, job, 1, 0),
            SaltDerivation.Derive(secret, 1, contract, job, 0, 1),
            SaltDerivation.DeriveVote(secret, 1, contract, job, 0),
            SaltDerivation.DeriveVote(secret, 1, contract, job, 1),
        ];
        Assert.Equal(salts.Length, salts.Distinct().Count());
        Assert.Equal(salts[0], SaltDerivation.Derive(secret, 1, contract, job, 0, 0));
        Assert.Throws<ArgumentException>(() => SaltDerivation.Derive(secret.AsSpan(1), 1, contract, job, 0, 0));
        Assert.Throws<ArgumentException>(() => SaltDerivation.Derive(secret, 1, contract.AsSpan(1), job, 0, 0));
    }
}
