using System.Buffers.Binary;
using System.Security.Cryptography;
using Market.Protocol.Ids;

namespace Market.Protocol.Draws;

/// <summary>Derives the salt of a commitment from the node's secret, so that no crash can lose it.</summary>
/// <remarks>
/// HMAC-SHA256(secret, domain ‖ u64 chain ‖ contract(20) ‖ job(32) ‖ u8 seat ‖ u32 attempt), integers big-endian. The domain is
/// "market/salt/1" for a result, "market/vote/1" for a juror's vote, whose seat is the committee's number and whose attempt is 0.
/// </remarks>
public static class SaltDerivation
{
    /// <summary>The salt of one seat of one job.</summary>
    /// <param name="secret">At least 32 secret bytes that only this node has and keeps.</param>
    /// <param name="chain">The chain's id.</param>
    /// <param name="contract">The market contract's address, 20 bytes.</param>
    /// <param name="job">The job.</param>
    /// <param name="seat">The seat's index.</param>
    /// <param name="attempt">How often the seat was reopened before this claim.</param>
    public static Salt Derive(ReadOnlySpan<byte> secret, ulong chain, ReadOnlySpan<byte> contract, JobId job, byte seat, uint attempt) =>
        Derive("market/salt/1"u8, secret, chain, contract, job, seat, attempt);

    /// <summary>The salt of a juror's vote.</summary>
    /// <param name="secret">At least 32 secret bytes that only this node has and keeps.</param>
    /// <param name="chain">The chain's id.</param>
    /// <param name="contract">The market contract's address, 20 bytes.</param>
    /// <param name="job">The disputed job.</param>
    /// <param name="round">Which committee, from 1.</param>
    public static Salt DeriveVote(ReadOnlySpan<byte> secret, ulong chain, ReadOnlySpan<byte> contract, JobId job, byte round) =>
        Derive("market/vote/1"u8, secret, chain, contract, job, round, 0);

    private static Salt Derive(
        ReadOnlySpan<byte> domain, ReadOnlySpan<byte> secret, ulong chain, ReadOnlySpan<byte> contract, JobId job, byte seat, uint attempt)
    {
        if (secret.Length < 32)
        {
            throw new ArgumentException($"A secret of {secret.Length} bytes given, expected at least 32.", nameof(secret));
        }

        if (contract.Length != 20)
        {
            throw new ArgumentException($"An address of {contract.Length} bytes given, expected 20.", nameof(contract));
        }

        Span<byte> message = stackalloc byte[domain.Length + 8 + 20 + Bytes32.Length + 1 + 4];
        domain.CopyTo(message);
        var rest = message[domain.Length..];
        BinaryPrimitives.WriteUInt64BigEndian(rest, chain);
        contract.CopyTo(rest[8..]);
        job.Value.CopyTo(rest[28..]);
        rest[60] = seat;
        BinaryPrimitives.WriteUInt32BigEndian(rest[61..], attempt);
        return new Salt(new Bytes32(HMACSHA256.HashData(secret, message)));
    }
}
