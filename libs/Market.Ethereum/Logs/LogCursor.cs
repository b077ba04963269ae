using System.Collections.Immutable;
using System.Text.Json;

namespace Market.Ethereum.Logs;

/// <summary>Up to where a chain was followed: the newest applied blocks, ascending, so that a reorganization is found and undone even across a restart.</summary>
public sealed record LogCursor
{
    private const int LargestFile = 1 << 20;

    /// <summary>Nothing applied yet.</summary>
    public static LogCursor Start { get; } = new();

    /// <summary>Applied blocks, ascending by height; gaps are allowed. The last one is where to go on.</summary>
    public ImmutableArray<BlockPoint> Points { get; private init; } = [];

    /// <summary>The newest applied block, or null at the start.</summary>
    public BlockPoint? Head => Points.IsEmpty ? null : Points[^1];

    /// <summary>Makes a cursor from points that somebody kept.</summary>
    /// <exception cref="EthereumException">The heights do not ascend.</exception>
    public static LogCursor At(params ReadOnlySpan<BlockPoint> points)
    {
        for (var i = 1; i < points.Length; i++)
        {
            if (points[i].Number <= points[i - 1].Number)
                throw new EthereumException($"Cursor has block {points[i].Number} after block {points[i - 1].Number}, expected ascending heights.");
        }

        return new LogCursor { Points = [.. points] };
    }

    /// <summary>Reads a cursor that <see cref="SaveAsync"/> wrote; a file that does not exist is <see cref="Start"/>.</summary>
    /// <exception cref="EthereumException">The file is no cursor.</exception>
    public static async Task<LogCursor> LoadAsync(string path, CancellationToken cancellationToken = default)
    {
        if (!File.Exists(path))
            return Start;
        if (new FileInfo(path).Length > LargestFile)
            throw new EthereumException($"Cursor file '{path}' is larger than {LargestFile} bytes, expected a small JSON array.");
        try
        {
            var text = await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
            var points = JsonSerializer.Deserialize<BlockPoint[]>(text)
                ?? throw new EthereumException($"Cursor file '{path}' holds null, expected a JSON array of blocks.");
            return At(points);
        }
        catch (JsonException e)
        {
            throw new EthereumException($"Cursor file '{path}' is no JSON array of blocks: {e.Message}", e);
        }
    }

    /// <summary>Writes the cursor so that a crash leaves either the old file or the new one.</summary>
    public async Task SaveAsync(string path, CancellationToken cancellationToken = default)
    {
        var next = path + ".new";
        var file = new FileStream(next, FileMode.Create, FileAccess.Write, FileShare.None);
        await using (file.ConfigureAwait(false))
        {
            await JsonSerializer.SerializeAsync(file, Points.ToArray(), cancellationToken: cancellationToken).ConfigureAwait(false);
            file.Flush(flushToDisk: true);
        }

        File.Move(next, path, overwrite: true);
    }

    /// <summary>This cursor with newer blocks, of which the newest <paramref name="kept"/> stay.</summary>
    internal LogCursor Advance(IEnumerable<BlockPoint> newer, int kept) => new() { Points = [.. Points.Concat(newer).TakeLast(kept)] };

    /// <summary>This cursor without its newest blocks.</summary>
    internal LogCursor CutTo(int count) => new() { Points = Points[..count] };

    /// <summary>The newest point at or below a height, or null.</summary>
    internal BlockPoint? AtOrBelow(ulong number)
    {
        for (var i = Points.Length - 1; i >= 0; i--)
        {
            if (Points[i].Number <= number)
                return Points[i];
        }

        return null;
    }
}
