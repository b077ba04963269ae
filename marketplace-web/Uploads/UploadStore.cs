using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Market.Web.Uploads;

/// <summary>The upload sessions of this server, within bounds; those that nobody uses end, and their files go. Thread-safe.</summary>
/// <param name="folder">Where files go; what an earlier process left there goes on, if it was used lately, or is removed, unless it is kept.</param>
/// <param name="limits">Bounds.</param>
/// <param name="keeps">Whether a session's files stay when it ends, since a job that was made of them needs them.</param>
/// <param name="time">The clock.</param>
internal sealed class UploadStore(string folder, UploadLimits limits, Func<string, bool> keeps, TimeProvider time) : BackgroundService
{
    private const int TokenBytes = 32;
    private const int BufferBytes = 1 << 16;
    private static readonly TimeSpan Stillness = TimeSpan.FromSeconds(15);
    private readonly ConcurrentDictionary<string, UploadSession> _sessions = new(Saved(folder, limits, time), StringComparer.Ordinal);
    private readonly Lock _lock = new();

    /// <summary>Begins a session.</summary>
    /// <param name="accepts">The endings of the files that it takes.</param>
    /// <param name="visitor">Who begins it.</param>
    public UploadSession Begin(IReadOnlyCollection<string> accepts, string visitor = "")
    {
        EndUnused();
        while (_sessions.Count >= limits.Sessions && Dispensable() is { } oldest)
        {
            End(oldest);
        }

        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenBytes));
        return _sessions[token] = new UploadSession(token, Path.Combine(folder, token), accepts, limits) { Visitor = visitor, UsedAt = time.GetUtcNow() };
    }

    /// <summary>Takes up a session whose files are kept, after it ended.</summary>
    public UploadSession Restore(string token, IReadOnlyCollection<string> accepts, IReadOnlyDictionary<int, string> names, string visitor = "") => Find(token) ?? _sessions.GetOrAdd(token, _ =>
    {
        var session = new UploadSession(token, Path.Combine(folder, token), accepts, limits) { Visitor = visitor, UsedAt = time.GetUtcNow() };
        foreach (var (number, name) in names)
        {
            session.Adopt(number, name);
        }

        return session;
    });

    /// <summary>A session that did not end; null if there is none.</summary>
    public UploadSession? Find(string? token)
    {
        if (token is null || !_sessions.TryGetValue(token, out var session))
        {
            return null;
        }

        session.UsedAt = time.GetUtcNow();
        return session;
    }

    /// <summary>Takes a file into a session, before its bytes.</summary>
    /// <exception cref="UploadRefusedException">It is not taken.</exception>
    public UploadedFile Announce(UploadSession session, string name, long bytes, string address)
    {
        lock (_lock)
        {
            session.CameAt = time.GetTimestamp();
            if (session.Begun(name, bytes) is { } begun)
            {
                return begun;
            }

            session.Check(name, bytes);
            var files = _sessions.Values.SelectMany(s => s.Files).ToList();
            var own = files.Where(f => f.Address == address).Sum(f => f.Bytes) + bytes;
            return own > limits.AddressBytes
                ? throw new UploadRefusedException(StatusCodes.Status429TooManyRequests, T["Your address would have {0} {0:byte|bytes} here, expected at most {1}. What is not used for {2} {2:hour|hours} goes.", own, limits.AddressBytes, limits.Life.TotalHours])
                : files.Sum(f => f.Bytes) + bytes > limits.TotalBytes
                ? throw new UploadRefusedException(StatusCodes.Status507InsufficientStorage, T["This server has no room for more uploads now. Try again later."])
                : session.Add(name, bytes, address);
        }
    }

    /// <summary>Whether nothing of a session's files came for a while.</summary>
    public bool IsStill(UploadSession session) => time.GetElapsedTime(session.CameAt) > Stillness;

    /// <summary>Takes a part of a file.</summary>
    /// <returns>Whether it begins where the file stands; if not, nothing is taken.</returns>
    /// <exception cref="UploadRefusedException">It is longer than the file was said to be.</exception>
    public async Task<bool> AppendAsync(UploadSession session, UploadedFile file, long offset, Stream body, CancellationToken cancellationToken)
    {
        await file.Turn.WaitAsync(cancellationToken);
        try
        {
            if (offset != file.Received)
            {
                return false;
            }

            await WriteAsync(session, file, body, cancellationToken);
            return true;
        }
        finally
        {
            file.Turn.Release();
            session.UsedAt = time.GetUtcNow();
            session.Tell();
        }
    }

    /// <summary>Ends sessions that nobody used for long.</summary>
    public void EndUnused()
    {
        foreach (var session in _sessions.Values.Where(s => s.UsedAt < time.GetUtcNow() - limits.Life))
        {
            End(session);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var left in new DirectoryInfo(Directory.CreateDirectory(folder).FullName).EnumerateDirectories().Where(d => !keeps(d.Name) && Find(d.Name) is null))
        {
            left.Delete(recursive: true);
        }

        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(1), time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                EndUnused();
            }
        }
        catch (OperationCanceledException)
        {
            // The program ends.
        }
    }

    /// <summary>The sessions of an earlier process that were used lately.</summary>
    private static IEnumerable<KeyValuePair<string, UploadSession>> Saved(string folder, UploadLimits limits, TimeProvider time)
    {
        foreach (var (token, saved) in SavedSession.LoadAll(folder, time.GetUtcNow() - limits.Life).Take(limits.Sessions))
        {
            var session = UploadSession.Restore(token, Path.Combine(folder, token), saved, limits);
            session.UsedAt = time.GetUtcNow();
            yield return KeyValuePair.Create(token, session);
        }
    }

    private async Task WriteAsync(UploadSession session, UploadedFile file, Stream body, CancellationToken cancellationToken)
    {
        await using var target = new FileStream(file.Path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, BufferBytes, useAsync: true);
        target.SetLength(file.Received);
        target.Seek(0, SeekOrigin.End);
        var buffer = new byte[BufferBytes];
        int read;
        while ((read = await body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (target.Position + read > file.Bytes)
            {
                throw new UploadRefusedException(StatusCodes.Status413PayloadTooLarge, T["The file was announced with {0} {0:byte|bytes}, but more came.", file.Bytes]);
            }

            await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            await target.FlushAsync(cancellationToken);
            (file.Received, session.CameAt) = (target.Position, time.GetTimestamp());
        }
    }

    /// <summary>Of whoever has most sessions the one that was not used for longest: nobody ends another's by beginning many.</summary>
    private UploadSession? Dispensable() =>
        _sessions.Values.GroupBy(s => s.Visitor).Select(own => (Many: own.Count(), Oldest: own.MinBy(s => s.UsedAt)!)).OrderByDescending(own => own.Many).ThenBy(own => own.Oldest.UsedAt).FirstOrDefault().Oldest;

    private void End(UploadSession session)
    {
        if (_sessions.TryRemove(session.Token, out _) && !keeps(session.Token))
        {
            session.Delete();
        }
    }
}
