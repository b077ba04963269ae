using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Numerics;
using System.Security.Cryptography;
using Market.Chain.State;
using Market.Ethereum;
using Market.Protocol.Ids;
using Market.Protocol.Money;

namespace Market.Jobs.Disputes;

/// <summary>Whether a verdict is audited, and by whom: drawn by a block after it, so that no verifier knows when it gives its verdict.</summary>
/// <remarks>Everybody draws the same. The draw obliges nobody: an audit that finds nothing is not paid.</remarks>
public static class AuditDraw
{
    /// <summary>How many of a verifier's own samples are executed again.</summary>
    public const int Samples = 2;

    private const int TicketBytes = 20;

    /// <summary>Whether there is an audit: SHA-256("market/audit/1" ‖ seed), its first 32 bits modulo 10,000 below the chance.</summary>
    /// <param name="seed">Of the block that the verdict names.</param>
    /// <param name="chance">The job's.</param>
    public static bool IsDrawn(Seed seed, BasisPoints chance) =>
        BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData([.. "market/audit/1"u8, .. seed.Value.ToArray()])) % BasisPoints.Whole < chance.Value;

    /// <summary>Who audits: of the verifiers that could be drawn for the job and did not judge it the one with the best ticket for its weight, as the contract draws; 0 if there is none.</summary>
    public static uint AuditorOf(MarketState state, JobRecord job, Seed seed)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(job);
        return state.Stakes.Values
            .Where(s => s is { Role: StakeRole.Verifier, Amount: > 0 } && s.CountsFor(job) && s.Id != job.Verifier)
            .Select(s => (s.Id, Late: (TicketOf(seed, s.Id) << 64) / s.Amount))
            .OrderBy(s => s.Late).ThenBy(s => s.Id).FirstOrDefault().Id;
    }

    /// <summary>Which of a verifier's own samples an auditor executes again: SHA-256("market/audit/1" ‖ seed ‖ u32 task), the smallest first.</summary>
    /// <param name="seed">Of the block that the verdict names.</param>
    /// <param name="drawn">The tasks that the verifier had to execute.</param>
    public static ImmutableArray<int> SamplesOf(Seed seed, ImmutableArray<int> drawn) =>
        [.. drawn.OrderBy(task => Convert.ToHexString(RankOf(seed, task)), StringComparer.Ordinal).Take(Samples)];

    private static byte[] RankOf(Seed seed, int task)
    {
        var number = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(number, (uint)task);
        return SHA256.HashData([.. "market/audit/1"u8, .. seed.Value.ToArray(), .. number]);
    }

    private static BigInteger TicketOf(Seed seed, uint stake)
    {
        Span<byte> message = stackalloc byte[2 * Bytes32.Length];
        seed.Value.CopyTo(message);
        message[Bytes32.Length..].Clear();
        BinaryPrimitives.WriteUInt32BigEndian(message[^sizeof(uint)..], stake);
        return new BigInteger(Keccak256.Hash(message).ToArray().AsSpan(0, TicketBytes), isUnsigned: true, isBigEndian: true);
    }
}
