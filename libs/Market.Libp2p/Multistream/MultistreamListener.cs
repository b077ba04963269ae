namespace Market.Libp2p.Multistream;

/// <summary>The answering side of a negotiation, as bytes in and bytes out.</summary>
internal sealed class MultistreamListener(Func<string, bool> supports)
{
    private bool _greeted;
    private bool _answered;
    private int _rounds;

    /// <summary>Takes whole messages off the input and adds answers; returns the agreed protocol, or null while there is none.</summary>
    internal string? Advance(ref ReadOnlySpan<byte> input, List<byte> replies)
    {
        while (MultistreamMessage.TryTake(ref input) is { } message)
        {
            if (!_greeted)
            {
                _greeted = message == MultistreamMessage.Header
                    ? true : throw Libp2pException.Violation($"A negotiation starts with '{Short(message)}', expected '{MultistreamMessage.Header}'.");
                Greet(replies);
                continue;
            }

            if (++_rounds > MultistreamMessage.MostRounds)
            {
                throw Libp2pException.Violation($"More than {MultistreamMessage.MostRounds} protocols were proposed on one stream.");
            }

            var supported = supports(message);
            replies.AddRange(MultistreamMessage.Encode(supported ? message : MultistreamMessage.NotAvailable));
            if (supported)
            {
                return message;
            }
        }

        return null;
    }

    /// <summary>Adds our header unless it was sent: both sides may wait for the other's.</summary>
    internal void Greet(List<byte> replies)
    {
        if (!_answered)
        {
            _answered = true;
            replies.AddRange(MultistreamMessage.Encode(MultistreamMessage.Header));
        }
    }

    private static string Short(string text) => text.Length > 40 ? $"{text[..40]}…" : text;
}
