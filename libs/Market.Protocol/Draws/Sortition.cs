using System.Numerics;
using Market.Protocol.Ids;
using Market.Protocol.Money;

namespace Market.Protocol.Draws;

/// <summary>Who may act when: eligibility in proportion to stake that grows with every block, exactly as the contract computes it.</summary>
/// <remarks>
/// A stake draws one ticket for a draw, keccak-256 of seed and stake id, of which the first 160 bits count. It is eligible once
/// <c>seats · blocks · weight · 2¹⁶⁰ &gt; ticket · 30 · active</c>, so that k/30 further seats are expected with every block, and
/// everybody is after <paramref name="GrowthBlocks"/>. Seats follow stake however it is split; a threshold that starts high or
/// doubles would give most seats to whoever is fastest.
/// </remarks>
/// <param name="GrowthBlocks">After how many blocks everybody is eligible.</param>
public sealed record Sortition(uint GrowthBlocks)
{
    /// <summary>In how many blocks the expected number of eligible stakes grows to the number of seats.</summary>
    public const uint BlocksPerSeats = 30;

    private const int TicketBytes = 20;

    /// <summary>Whether a stake may act in a block that comes <paramref name="blocks"/> after the draw's block.</summary>
    /// <param name="ticket">keccak-256 of the seed and the stake's id, ABI-encoded.</param>
    /// <param name="weight">The stake that counts.</param>
    /// <param name="active">All stake that counts.</param>
    /// <param name="seats">How many are drawn: k providers, or 1 verifier.</param>
    /// <param name="blocks">Blocks since the draw's block; 0: nobody is eligible.</param>
    public bool IsEligible(Bytes32 ticket, Units weight, Units active, uint seats, ulong blocks) =>
        blocks >= FirstEligibleBlock(ticket, weight, active, seats);

    /// <summary>In which block after the draw's block a stake becomes eligible, at least 1.</summary>
    public ulong FirstEligibleBlock(Bytes32 ticket, Units weight, Units active, uint seats)
    {
        var growth = (BigInteger)seats * weight.Value << 8 * TicketBytes;
        if (growth.IsZero)
        {
            return GrowthBlocks;
        }

        var needed = new BigInteger(ticket.ToArray().AsSpan(0, TicketBytes), isUnsigned: true, isBigEndian: true) * BlocksPerSeats * active.Value;
        var blocks = needed / growth + 1;
        return blocks < GrowthBlocks ? (ulong)blocks : GrowthBlocks;
    }
}
