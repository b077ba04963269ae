using Market.Libp2p;

namespace Market.Content.Exchange;

/// <summary>How much is being served to each peer; forgets a peer with its last stream.</summary>
internal sealed class PeerLoads(int streamsPerPeer, int blocksPerPeer, int blocks)
{
    private readonly Dictionary<PeerId, Load> _loads = [];

    /// <summary>Bounds the memory of all blocks that are on their way.</summary>
    public SemaphoreSlim Blocks { get; } = new(blocks);

    /// <summary>Counts a stream; null if the peer has too many. Dispose when the stream ends.</summary>
    public Load? TryEnter(PeerId peer)
    {
        lock (_loads)
        {
            if (!_loads.TryGetValue(peer, out var load))
            {
                _loads.Add(peer, load = new Load(this, peer, blocksPerPeer));
            }

            return load.Streams < streamsPerPeer && ++load.Streams > 0 ? load : null;
        }
    }

    internal sealed class Load(PeerLoads owner, PeerId peer, int blocks) : IDisposable
    {
        public int Streams { get; set; }

        /// <summary>Holds back a peer that asks for many blocks at a time over many streams.</summary>
        public SemaphoreSlim Blocks { get; } = new(blocks);

        public void Dispose()
        {
            lock (owner._loads)
            {
                if (--Streams == 0)
                {
                    owner._loads.Remove(peer);
                }
            }
        }
    }
}
