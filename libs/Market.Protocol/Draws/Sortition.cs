using System.Numerics;
using Market.Protocol.Ids;
using Market.Protocol.Money;

namespace Market.Protocol.Draws;

/// <summary>Who may claim a seat when: eligibility in proportion to stake that grows with every block.</summary>
/// <remarks>
/// A stake draws one ticket for a job, a hash of the job's seed and the stake's id. It is eligible once
/// <c>ticket / 2²⁵⁶ &lt; seats · blocks · weight / (30 · active)</c>, so that k/30 further seats are expected with every block,
/// and everybody is after <paramref name="OpenToAllAfter"/> blocks. Seats follow stake however it is split (economics: a threshold that
/// starts high or doubles gives most seats to whoever is fastest).
/// </remarks>
/// <param name="OpenToAllAfter">After how many blocks everybody is eligible.</param>
public sealed record Sortition(uint OpenToAllAfter)
{
    /// <summary>In how many blocks the expected number of eligible stakes grows to the number of seats.</summary>
    public const uint BlocksPerSeats = 30;

    private static readonly BigInteger Scale = BigInteger.One << 256;

    /// <summary>Whether a stake may act at <paramref name="blocks"/> blocks after the seed's block.</summary>
    /// <param name="ticket">The hash of the seed and the stake's id.</param>
    /// <param name="weight">The stake that counts.</param>
    /// <param name="active">All stake that counts.</param>
    /// <param name="seats">How many seats are drawn.</param>
    /// <param name="blocks">Blocks since the seed was known; 0: nobody is eligible.</param>
    public bool IsEligible(Bytes32 ticket, Units weight, Units active, uint seats, ulong blocks) =>
        weight > Units.Zero && blocks >= FirstEligibleBlock(ticket, weight, active, seats);

    /// <summary>After how many blocks a stake becomes eligible.</summary>
    public ulong FirstEligibleBlock(Bytes32 ticket, Units weight, Units active, uint seats)
    {
        var growth = (BigInteger)seats * weight.Value * Scale;
        if (growth.IsZero)
        {
            return OpenToAllAfter;
        }

        var needed = new BigInteger(ticket.ToArray(), isUnsigned: true, isBigEndian: true) * BlocksPerSeats * active.Value;
        var blocks = needed / growth + 1;
        return blocks < OpenToAllAfter ? (ulong)blocks : OpenToAllAfter;
    }
}
