using System.Numerics;
using Market.Protocol.Draws;
using Market.Protocol.Money;

namespace Market.Simulation.Draws;

/// <summary>All stakes of one role, and who of them takes the seats of a draw by the contract's rule.</summary>
/// <remarks>
/// Tickets of all stakes are computed for every draw, several at a time; a stake whose ticket lies under its threshold gets its
/// exact block. The rule is that of <see cref="Sortition"/>, for tickets of 64 bits instead of 160; a test holds the two together.
/// </remarks>
internal sealed class StakeSet
{
    private readonly uint _growthBlocks;
    private readonly int _reaction;
    private readonly Units[] _weights;
    private readonly bool[] _dishonest;
    private readonly int[] _coalition;
    private readonly ulong[] _ids;
    private readonly Dictionary<(uint Seats, uint Blocks), ulong[]> _thresholds = [];
    private readonly List<Turn> _turns = [];

    /// <param name="stakes">Everybody's stake, and whether its owner belongs to the coalition.</param>
    /// <param name="growthBlocks">When everybody becomes eligible.</param>
    /// <param name="reaction">How many blocks the honest come late; the coalition acts at once.</param>
    public StakeSet(IReadOnlyList<(Units Weight, bool Dishonest)> stakes, uint growthBlocks, int reaction)
    {
        _growthBlocks = growthBlocks;
        _reaction = reaction;
        _weights = [.. stakes.Select(s => s.Weight)];
        _dishonest = [.. stakes.Select(s => s.Dishonest)];
        _coalition = [.. Enumerable.Range(0, stakes.Count).Where(i => _dishonest[i])];
        var padded = (stakes.Count + Vector<ulong>.Count - 1) / Vector<ulong>.Count * Vector<ulong>.Count;
        _ids = [.. Enumerable.Range(1, padded).Select(i => unchecked((ulong)i * Chance.Step))];
        Active = new Units((ulong)_weights.Sum(w => (decimal)w.Value));
        DishonestShare = _coalition.Sum(i => (double)_weights[i].Value) / Active.Value;
    }

    public int Count => _weights.Length;

    public Units Active { get; }

    public double DishonestShare { get; }

    public Units Weight(int stake) => _weights[stake];

    public bool IsDishonest(int stake) => _dishonest[stake];

    /// <summary>Draws as many different stakes as there is room for, in the order in which they act.</summary>
    /// <returns>The block, after the draw's, in which the last seat was taken.</returns>
    public uint Draw(ref Chance chance, Span<int> taken)
    {
        var seats = (uint)taken.Length;
        var seed = chance.Next();
        var last = _growthBlocks - 1;
        var blocks = Math.Min(last, (uint)(Sortition.BlocksPerSeats * (seats + 3 * Math.Sqrt(seats) + 1) / seats));
        FindTurns(seed, seats, blocks);
        if (blocks < last && (_turns.Count < seats || _turns[(int)seats - 1].Block > blocks))
        {
            FindTurns(seed, seats, last);
        }

        return Seat(ref chance, taken);
    }

    private uint Seat(ref Chance chance, Span<int> taken)
    {
        uint block = 0;
        for (var seat = 0; seat < taken.Length; seat++)
        {
            var inTurn = seat < _turns.Count && _turns[seat].Block < _growthBlocks;
            taken[seat] = inTurn ? _turns[seat].Stake : Anybody(ref chance, taken[..seat]);
            block = inTurn ? _turns[seat].Block : _growthBlocks;
        }

        return block;
    }

    /// <summary>When all are eligible the fastest wins: the coalition, if there is one.</summary>
    private int Anybody(ref Chance chance, ReadOnlySpan<int> others)
    {
        int stake;
        do
        {
            stake = _reaction > 0 && _coalition.Length > others.Length ? _coalition[chance.Below(_coalition.Length)] : chance.Below(Count);
        }
        while (others.Contains(stake));
        return stake;
    }

    private void FindTurns(ulong seed, uint seats, uint blocks)
    {
        _turns.Clear();
        var thresholds = Thresholds(seats, blocks);
        var offset = new Vector<ulong>(seed);
        for (var first = 0; first < _ids.Length; first += Vector<ulong>.Count)
        {
            var tickets = Chance.Mix(new Vector<ulong>(_ids, first) + offset);
            if (!Vector.LessThanAny(tickets, new Vector<ulong>(thresholds, first)))
            {
                continue;
            }

            for (var lane = 0; lane < Vector<ulong>.Count; lane++)
            {
                if (tickets[lane] < thresholds[first + lane])
                {
                    _turns.Add(TurnOf(first + lane, tickets[lane], seats));
                }
            }
        }

        _turns.Sort();
    }

    private Turn TurnOf(int stake, ulong ticket, uint seats)
    {
        var block = (uint)FirstBlock(stake, ticket, seats);
        return new Turn(_dishonest[stake] ? block : block + (uint)_reaction, ticket, stake);
    }

    /// <summary>When a stake that drew a ticket may act: the first block in which the ticket lies under its threshold.</summary>
    public ulong FirstBlock(int stake, ulong ticket, uint seats)
    {
        var growth = (UInt128)seats * _weights[stake].Value << 64;
        var block = (UInt128)ticket * Sortition.BlocksPerSeats * Active.Value / growth + 1;
        return block < _growthBlocks ? (ulong)block : _growthBlocks;
    }

    /// <summary>Every ticket that is eligible after so many blocks lies below these, rounding included; the padding never does.</summary>
    private ulong[] Thresholds(uint seats, uint blocks)
    {
        if (!_thresholds.TryGetValue((seats, blocks), out var thresholds))
        {
            thresholds = new ulong[_ids.Length];
            for (var i = 0; i < Count; i++)
            {
                var share = (double)seats * blocks * _weights[i].Value / ((double)Active.Value * Sortition.BlocksPerSeats) * (1 + 1e-9);
                thresholds[i] = share < 1 ? (ulong)(share * ulong.MaxValue) : ulong.MaxValue;
            }

            _thresholds.Add((seats, blocks), thresholds);
        }

        return thresholds;
    }

    private readonly record struct Turn(uint Block, ulong Ticket, int Stake) : IComparable<Turn>
    {
        // Within a block chance decides who comes first: the smaller ticket would favour small stakes.
        public int CompareTo(Turn other) => Block != other.Block ? Block.CompareTo(other.Block) : Chance.Mix(Ticket).CompareTo(Chance.Mix(other.Ticket));
    }
}
