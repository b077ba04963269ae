using System.Text.RegularExpressions;

namespace Market.Content.Storage;

/// <summary>Who keeps which blob, as empty files <c>holder~id</c>. Not thread-safe: the store locks it.</summary>
internal sealed partial class PinBook
{
    private readonly string _folder;
    private readonly Dictionary<string, HashSet<ContentId>> _pins = new(StringComparer.Ordinal);

    public PinBook(string folder)
    {
        _folder = Directory.CreateDirectory(folder).FullName;
        foreach (var file in Directory.EnumerateFiles(_folder))
        {
            var parts = Path.GetFileName(file).Split('~');
            if (parts.Length == 2 && Holder().IsMatch(parts[0]) && ContentId.TryParse(parts[1], null, out var id))
            {
                Of(parts[0]).Add(id);
            }
        }
    }

    /// <summary>Every pinned blob once.</summary>
    public HashSet<ContentId> All => [.. _pins.Values.SelectMany(ids => ids)];

    public void Add(ContentId id, string holder)
    {
        if (!Holder().IsMatch(holder))
        {
            throw new ArgumentException($"Holder '{holder}' given, expected 1 to 100 letters, digits, dots and dashes.", nameof(holder));
        }

        if (Of(holder).Add(id))
        {
            try
            {
                File.Create(PathOf(id, holder)).Dispose();
            }
            catch (IOException exception) when (DiskFull.Is(exception))
            {
                Of(holder).Remove(id);
                throw DiskFull.Exception(_folder, exception);
            }
        }
    }

    public void Remove(string holder)
    {
        if (_pins.Remove(holder, out var ids))
        {
            foreach (var id in ids)
            {
                File.Delete(PathOf(id, holder));
            }
        }
    }

    private HashSet<ContentId> Of(string holder)
    {
        if (!_pins.TryGetValue(holder, out var ids))
        {
            _pins.Add(holder, ids = []);
        }

        return ids;
    }

    private string PathOf(ContentId id, string holder) => Path.Combine(_folder, $"{holder}~{id}");

    [GeneratedRegex(@"\A[A-Za-z0-9.-]{1,100}\z")]
    private static partial Regex Holder();
}
