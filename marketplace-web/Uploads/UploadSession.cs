using System.Globalization;
using Market.Web.Purchases;

namespace Market.Web.Uploads;

/// <summary>The files of one purchase. Whoever knows its token may add to it: nobody guesses one.</summary>
/// <param name="token">The token: 64 hexadecimal digits.</param>
/// <param name="folder">Where its files go.</param>
/// <param name="accepts">The endings of the files that it takes, with their dots.</param>
/// <param name="limits">Bounds.</param>
public sealed class UploadSession(string token, string folder, IReadOnlyCollection<string> accepts, UploadLimits limits)
{
    private const int MostRefusals = 20;
    private readonly Lock _lock = new();
    private readonly SortedDictionary<int, UploadedFile> _files = [];
    private readonly List<(string Name, string Why)> _refusals = [];
    private int _next;
    private long _cameAt;
    private bool _ended;

    /// <summary>A part came, or a file was refused. Called from any thread.</summary>
    public event Action? Changed;

    public string Token => token;

    /// <summary>Who began it, as limits tell visitors apart.</summary>
    public string Visitor { get; init; } = "";

    /// <summary>What became of the files.</summary>
    public Purchase Purchase { get; } = new();

    /// <summary>When somebody last did something with it.</summary>
    public DateTimeOffset UsedAt { get; set; }

    /// <summary>When bytes of a file last came, as the store's clock counts.</summary>
    public long CameAt
    {
        get => Interlocked.Read(ref _cameAt);
        set => Interlocked.Exchange(ref _cameAt, value);
    }

    public IReadOnlyList<UploadedFile> Files
    {
        get
        {
            lock (_lock)
            {
                return [.. _files.Values];
            }
        }
    }

    /// <summary>What was not taken, and why.</summary>
    public IReadOnlyList<(string Name, string Why)> Refusals
    {
        get
        {
            lock (_lock)
            {
                return [.. _refusals];
            }
        }
    }

    public bool IsWhole => Files is { Count: > 0 } files && files.All(f => f.IsWhole);

    /// <summary>A name as people may see it: without control characters, and not too long.</summary>
    public static string Clean(string? name)
    {
        var text = string.Concat((name ?? "").Where(c => !char.IsControl(c)));
        return text.Length <= UploadLimits.LongestName ? text : "…" + text[^(UploadLimits.LongestName - 1)..];
    }

    /// <summary>A file of the same name and size that is here in part: it goes on where it stopped.</summary>
    public UploadedFile? Begun(string name, long bytes)
    {
        lock (_lock)
        {
            return _files.Values.FirstOrDefault(f => f.Name == name && f.Bytes == bytes && !f.IsWhole);
        }
    }

    /// <summary>Takes a file, before its bytes.</summary>
    public UploadedFile Add(string name, long bytes, string address)
    {
        lock (_lock)
        {
            var number = _next++;
            Directory.CreateDirectory(folder);
            var added = _files[number] = new UploadedFile(number, name, bytes, PathOf(number), address);
            Save();
            return added;
        }
    }

    /// <summary>Takes a file that an earlier session left in the folder.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="name">What its owner calls it.</param>
    /// <param name="bytes">How large it is to become; null if all of it is here.</param>
    /// <param name="address">Who sends it.</param>
    internal void Adopt(int number, string name, long? bytes = null, string address = "")
    {
        if (new FileInfo(PathOf(number)) is { Exists: true } info)
        {
            _files[number] = new UploadedFile(number, name, bytes ?? info.Length, info.FullName, address) { Received = info.Length };
            _next = Math.Max(_next, number + 1);
        }
    }

    /// <summary>Writes down what the next process of this server needs to go on with it.</summary>
    internal void Save()
    {
        lock (_lock)
        {
            if (_ended)
            {
                return;
            }

            var files = _files.Values.Select(f => new SavedFile(f.Number, f.Name, f.Bytes, f.Address));
            new SavedSession(accepts, [.. files], new Dictionary<string, string>(Purchase.Settings), Purchase.Earlier, Purchase.Draft, Purchase.Offered, Visitor).Save(folder);
        }
    }

    /// <summary>Goes on with what an earlier process of this server saved.</summary>
    internal static UploadSession Restore(string token, string folder, SavedSession saved, UploadLimits limits)
    {
        var session = new UploadSession(token, folder, saved.Accepts, limits) { Visitor = saved.Visitor };
        foreach (var file in saved.Files)
        {
            session.Adopt(file.Number, file.Name, file.Bytes, file.Address);
        }

        (session.Purchase.Draft, session.Purchase.Earlier, session.Purchase.Offered) = (saved.Draft, saved.Earlier, saved.Offered);
        foreach (var (id, value) in saved.Settings)
        {
            session.Purchase.Settings[id] = value;
        }

        return session;
    }

    public UploadedFile? Find(int number)
    {
        lock (_lock)
        {
            return _files.GetValueOrDefault(number);
        }
    }

    /// <summary>Forgets a file.</summary>
    public void Remove(int number)
    {
        lock (_lock)
        {
            if (_files.Remove(number, out var file))
            {
                File.Delete(file.Path);
                ClearRefusals(file.Name);
                Save();
            }
        }

        Changed?.Invoke();
    }

    /// <summary>Says why a file was not taken, where its owner looks.</summary>
    public void Refuse(string name, string why)
    {
        lock (_lock)
        {
            _refusals.RemoveAll(r => r.Name == name);
            _refusals.Add((name, why));
            _refusals.RemoveRange(0, Math.Max(0, _refusals.Count - MostRefusals));
        }

        Changed?.Invoke();
    }

    /// <summary>Forgets why files were not taken.</summary>
    /// <param name="name">Of which; null for all.</param>
    public void ClearRefusals(string? name = null)
    {
        lock (_lock)
        {
            _refusals.RemoveAll(r => name is null || r.Name == name);
        }
    }

    /// <summary>Something came.</summary>
    public void Tell() => Changed?.Invoke();

    /// <summary>Removes its files from the disk.</summary>
    public void Delete()
    {
        lock (_lock)
        {
            _ended = true;
            _files.Clear();
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private string PathOf(int number) => Path.Combine(folder, number.ToString(CultureInfo.InvariantCulture));

    /// <summary>Whether a file may be added.</summary>
    /// <exception cref="UploadRefusedException">It is empty, too large, of a kind that is not taken, or there are too many.</exception>
    public void Check(string name, long bytes)
    {
        var files = Files;
        var ending = Path.GetExtension(name).ToLowerInvariant();
        if (!accepts.Contains(ending))
        {
            throw new UploadRefusedException(StatusCodes.Status415UnsupportedMediaType, T["Files that end with '{0}' are not taken here, expected {1}.", ending, string.Join(", ", accepts)]);
        }

        if (bytes <= 0)
        {
            throw new UploadRefusedException(StatusCodes.Status400BadRequest, T["The file is empty."]);
        }

        if (bytes > limits.FileBytes)
        {
            throw new UploadRefusedException(StatusCodes.Status413PayloadTooLarge, T["The file has {0} {0:byte|bytes}, expected at most {1}.", bytes, limits.FileBytes]);
        }

        if (files.Count >= limits.Files)
        {
            throw new UploadRefusedException(StatusCodes.Status413PayloadTooLarge, T["There {0:is|are} {0} {0:file|files} already, expected at most {1}.", files.Count, limits.Files]);
        }

        var sum = files.Sum(f => f.Bytes) + bytes;
        if (sum > limits.SessionBytes)
        {
            throw new UploadRefusedException(StatusCodes.Status413PayloadTooLarge, T["With this file there would be {0} {0:byte|bytes}, expected at most {1}.", sum, limits.SessionBytes]);
        }
    }
}
