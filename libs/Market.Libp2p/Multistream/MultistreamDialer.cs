namespace Market.Libp2p.Multistream;

/// <summary>The proposing side of a negotiation, as bytes in and bytes out.</summary>
internal sealed class MultistreamDialer(IReadOnlyList<string> candidates)
{
    private bool _greeted;
    private int _current;

    /// <summary>What to send first: our header and the first proposal together.</summary>
    internal byte[] Opening => MultistreamMessage.Encode(MultistreamMessage.Header, candidates[0]);

    /// <summary>Takes whole messages off the input and adds proposals; returns the agreed protocol, or null while there is none.</summary>
    internal string? Advance(ref ReadOnlySpan<byte> input, List<byte> proposals)
    {
        while (MultistreamMessage.TryTake(ref input) is { } message)
        {
            if (!_greeted && message == MultistreamMessage.Header)
            {
                _greeted = true;
            }
            else if (_greeted && message == candidates[_current])
            {
                return message;
            }
            else if (_greeted && message == MultistreamMessage.NotAvailable)
            {
                if (++_current == candidates.Count)
                {
                    throw new Libp2pException(Libp2pReason.ProtocolNotSupported, $"The other end supports none of: {string.Join(", ", candidates)}.");
                }

                proposals.AddRange(MultistreamMessage.Encode(candidates[_current]));
            }
            else
            {
                throw Libp2pException.Violation("The answer to a protocol proposal is neither its echo nor 'na'.");
            }
        }

        return null;
    }
}
