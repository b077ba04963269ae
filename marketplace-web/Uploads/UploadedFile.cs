using Market.Apps;
using Market.Apps.Models;

namespace Market.Web.Uploads;

/// <summary>A file on its way here, or here.</summary>
/// <param name="Number">Its number in the session, by which it is stored.</param>
/// <param name="Name">What its owner calls it: any text, for people only.</param>
/// <param name="Bytes">How large it is, as announced.</param>
/// <param name="Path">Where it lies.</param>
/// <param name="Address">Who sends it.</param>
public sealed record UploadedFile(int Number, string Name, long Bytes, string Path, string Address) : IDisposable
{
    private readonly Lazy<Task<ModelForm>> _form = new(() => ModelForm.ReadAsync(new AppFile(Name, Path), CancellationToken.None));
    private long _received;

    /// <summary>How much of it is here.</summary>
    public long Received
    {
        get => Interlocked.Read(ref _received);
        set => Interlocked.Exchange(ref _received, value);
    }

    public bool IsWhole => Received == Bytes;

    /// <summary>One part is written at a time.</summary>
    public SemaphoreSlim Turn { get; } = new(1);

    /// <summary>What the model in it wants, read once for all who look, when all of it is here.</summary>
    /// <exception cref="AppException">It is refused.</exception>
    public Task<ModelForm> FormAsync() => _form.Value;

    public void Dispose() => Turn.Dispose();
}
