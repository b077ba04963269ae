using System.Collections.Frozen;
using Market.Apps;
using Market.Jobs.Packaging;
using Market.Onnx.Reading;
using Market.Protocol.Ids;
using Market.Web.Purchases;

namespace Market.Web;

/// <summary>What models are called that apps bring along, by their roots: this server's word, not the chain's. None until their files are read, once.</summary>
internal sealed class ModelNames(AppModels files, MarketWatch watch, ILogger<ModelNames> logger) : BackgroundService
{
    private volatile FrozenDictionary<string, string> _names = FrozenDictionary<string, string>.Empty;

    /// <summary>English names by roots.</summary>
    public FrozenDictionary<string, string> All => _names;

    /// <summary>The English name of a root; null if it has none.</summary>
    public string? Of(string? root) => root is null ? null : _names.GetValueOrDefault(root);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Run(() => ReadAsync(stoppingToken), stoppingToken);

    private async Task ReadAsync(CancellationToken stop)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var model in App.All.SelectMany(app => app.Models))
        {
            try
            {
                names[RootOf(await model.ReadAsync(files.Folder, stop))] = model.Name;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or OnnxModelException)
            {
                Log.Nameless(logger, model.Name, e.Message);
            }
        }

        _names = names.ToFrozenDictionary(StringComparer.Ordinal);
        watch.Learnt();
    }

    /// <summary>The root as heads of jobs name it.</summary>
    private static string RootOf(byte[] file) => new ModelRoot(JudgedModel.Read(file).Tree.Root.ToArray()).ToString();
}
