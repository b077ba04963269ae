using System.CommandLine;
using Market.Chain;
using Market.Cli;
using Market.Cli.Processes;
using Market.Ethereum;
using Market.Index;
using Market.Index.Storage;
using Market.Web;
using Market.Web.Hosting;
using Market.Web.Visitors;

var deployment = new Option<string>("--deployment") { Description = "Deployment file of the market.", DefaultValueFactory = _ => Path.Combine(CommandLineProgram.DefaultDataFolder, "deployment.json") };
var rpc = new Option<string?>("--rpc") { Description = "Endpoint of the chain, which no visitor is told. Default: the one in the deployment file, which wallets and nodes are told." };
var index = new Option<string?>("--index") { Description = "Where to keep the index of jobs and providers: a file, or postgres://USER:PASSWORD@HOST/DATABASE, which several servers may share. Default: beside the deployment file." };
var rebuild = new Option<bool>("--rebuild-index") { Description = "Forget the index and build it anew from the chain." };
var data = new Option<string?>("--data") { Description = "Folder for what people buy here: uploads, and the data of their jobs, which providers fetch from this server. Default: beside the deployment file." };
var storeGib = new Option<int>("--store-gib") { Description = "The most room for the data of jobs and their outputs, in GiB.", DefaultValueFactory = _ => 20 };
var dialPrivate = new Option<bool>("--dial-private") { Description = "Dial nodes in private networks too: for a market within one. Without this, only on development chains (31337, 1337), so that nobody sends this server to dial your own machines." };
var urls = new Option<string>("--urls") { Description = "Where to listen; port 0 takes a free one.", DefaultValueFactory = _ => "http://127.0.0.1:5080" };
var proxies = new Option<string[]>("--behind-proxy") { Description = "A proxy in front of this server, or a network of proxies (ADDRESS[/BITS]), whose word about visitors' addresses and https is taken. May be given several times. Default: nobody's." };
var livePages = new Option<int>("--live-pages") { Description = "The most pages that are kept up to date at once; one address may have a twentieth of them. Each takes about 1.3 MiB.", DefaultValueFactory = _ => new VisitorOptions().LivePages };
var keepPages = new Option<int>("--keep-pages") { Description = "How many seconds a page is kept as it is when its line breaks; one that comes back later is drawn anew.", DefaultValueFactory = _ => 180 };
var root = new RootCommand("The marketplace's pages: jobs, results, providers.") { deployment, rpc, index, rebuild, data, storeGib, dialPrivate, urls, proxies, livePages, keepPages, InputWatch.Option };
root.SetAction(async (parsed, stop) =>
{
    using var watch = parsed.GetValue(InputWatch.Option) ? InputWatch.Start(stop) : CancellationTokenSource.CreateLinkedTokenSource(stop);
    var terminal = new Terminal(parsed.GetValue(CommandLineProgram.JsonOption), Console.Out, Console.Error);
    var file = parsed.GetValue(deployment)!;
    var shown = new PublicDeployment(Deployment.Load(file));
    var market = shown.File;
    if (parsed.GetValue(rpc) is { } endpoint)
    {
        market = market with { Rpc = Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) ? uri : throw new FailureException($"--rpc is '{endpoint}', expected an address such as ws://127.0.0.1:8545.") };
    }

    foreach (var url in parsed.GetValue(urls)!.Split(';').Where(u => !Uri.TryCreate(u, UriKind.Absolute, out var parts) || parts.Scheme != "http"))
    {
        throw new FailureException($"--urls is '{url}', expected for example http://127.0.0.1:5080.");
    }

    var visitors = new VisitorOptions
    {
        Proxies = [.. (parsed.GetValue(proxies) ?? []).Select(text => VisitorOptions.Network(text) ?? throw new FailureException($"--behind-proxy is '{text}', expected an address or a network such as 127.0.0.1 or 10.0.0.0/8."))],
        LivePages = parsed.GetValue(livePages) is var live && live is >= 1 and <= 1_000_000 ? live : throw new FailureException($"--live-pages is {live}, expected 1 to 1000000."),
        KeptFor = parsed.GetValue(keepPages) is var seconds && seconds is >= 0 and <= 86_400 ? TimeSpan.FromSeconds(seconds) : throw new FailureException($"--keep-pages is {seconds}, expected 0 to 86400."),
    };
    var store = IndexStore.At(parsed.GetValue(index) ?? Path.ChangeExtension(file, ".index.db"));
    var anew = parsed.GetValue(rebuild);
    await (anew ? store.RebuildAsync(watch.Token) : store.MigrateAsync(watch.Token)).ConfigureAwait(false);
    if (anew)
    {
        terminal.Progress($"The index {store.Name} is empty; its pages fill as the chain is read.");
    }

    var room = parsed.GetValue(storeGib) is var gib && gib is >= 1 and <= 1 << 20 ? (long)gib << 30 : throw new FailureException($"--store-gib is {gib}, expected 1 to {1 << 20}.");
    var host = new JobHost(parsed.GetValue(data) ?? Path.ChangeExtension(file, ".web")) { StoreBytes = room, DialsPrivate = parsed.GetValue(dialPrivate) };
    var app = WebPages.Build(market, shown, store, host, parsed.GetValue(urls)!, visitors);
    await using var _ = app.ConfigureAwait(false);
    await app.StartAsync(watch.Token).ConfigureAwait(false);
    terminal.Answer(new { ready = true, web = app.Urls.First() }, console => terminal.Progress($"The marketplace is at {app.Urls.First()}. Ctrl-C stops it."));
    await app.WaitForShutdownAsync(watch.Token).ConfigureAwait(false);
    return ExitCode.Done;
});
return await CommandLineProgram.RunAsync(root, args, e => e is EthereumException or IndexException).ConfigureAwait(false);
