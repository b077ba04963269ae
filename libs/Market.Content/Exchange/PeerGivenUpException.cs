namespace Market.Content.Exchange;

/// <summary>Why a peer is not asked again in this fetch. Never leaves the fetch.</summary>
internal sealed class PeerGivenUpException(string message, bool isRefusal = false) : Exception(message)
{
    public bool IsRefusal => isRefusal;
}
