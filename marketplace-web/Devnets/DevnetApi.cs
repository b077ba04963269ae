using System.Text.Json.Nodes;
using Market.Cli;
using Market.Ethereum;
using Market.Ethereum.Rpc;
using Market.Web.Components.Shared;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Market.Web.Devnets;

/// <summary>What the throw-away wallet needs: the chain, play money, and the library that signs in the browser. On any other chain none of it is there.</summary>
internal static class DevnetApi
{
    public const string Limit = "devnet";
    public const string MoneyLimit = "devnet-money";
    private const string Library = "ethers";
    private const string Send = "eth_sendRawTransaction";
    private const int LargestCall = 1 << 18;
    private const int InternalError = -32603;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly HashSet<string> Allowed =
    [
        "eth_blockNumber", "eth_call", "eth_chainId", "eth_estimateGas", "eth_gasPrice", "eth_getBalance", "eth_getBlockByNumber", "eth_getCode",
        "eth_getTransactionByHash", "eth_getTransactionCount", "eth_getTransactionReceipt", "eth_maxPriorityFeePerGas", Send,
    ];

    public static void Map(WebApplication app)
    {
        var devnet = app.MapGroup("/devnet").AddEndpointFilter(SameOrigin.RequireAsync).AddEndpointFilter(OnDevnetsAsync).ExcludeFromDescription();
        devnet.MapGet("/signing.js", Signing).RequireRateLimiting(Limit);
        devnet.MapPost("/chain", AskAsync).RequireRateLimiting(Limit).WithMetadata(new RequestSizeLimitAttribute(LargestCall));
        devnet.MapPost("/money", GiveAsync).RequireRateLimiting(MoneyLimit).WithMetadata(new RequestSizeLimitAttribute(1 << 10));
    }

    /// <summary>The pinned npm package as it is: one module that loads nothing else.</summary>
    private static IResult Signing() => NpmPackages.Above(Library) is { } modules
        ? TypedResults.PhysicalFile(Path.Combine(modules, Library, "dist/ethers.min.js"), "text/javascript", lastModified: File.GetLastWriteTimeUtc(Path.Combine(modules, Library, "dist/ethers.min.js")))
        : TypedResults.Problem($"This server has no npm package {Library}: scripts/setup installs it.", statusCode: StatusCodes.Status404NotFound);

    private static async Task<IResult> AskAsync(MarketWatch watch, Question asked, CancellationToken stop)
    {
        if (!Allowed.Contains(asked.Method ?? ""))
        {
            return TypedResults.Problem($"'{Shown.Cut(asked.Method ?? "", 40)}' is not asked here; expected one of {string.Join(", ", Allowed)}.", statusCode: StatusCodes.Status400BadRequest);
        }

        var parameters = asked.Params?.Select(p => p?.DeepClone()).ToArray() ?? [];
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Patience);
        try
        {
            var call = asked.Method == Send ? RpcCall.Write(Send, parameters) : RpcCall.Read(asked.Method!, parameters);
            return TypedResults.Json(new { result = await watch.Devnet!.CallAsync(call, limit.Token) });
        }
        catch (RpcException e)
        {
            return TypedResults.Json(new { error = new { code = e.Code == 0 ? InternalError : e.Code, message = e.Message, data = Hex.Encode(e.RevertData.Span) } });
        }
        catch (Exception e) when (e is ObjectDisposedException or OperationCanceledException && !stop.IsCancellationRequested)
        {
            return NotNow();
        }
    }

    private static async Task<IResult> GiveAsync(MarketWatch watch, Needy needy, CancellationToken stop)
    {
        if (!Address.TryParse(needy.Address?.ToLowerInvariant(), out var account))
        {
            return TypedResults.Problem("That is no address; expected 0x and 40 hexadecimal digits.", statusCode: StatusCodes.Status400BadRequest);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Patience);
        try
        {
            await watch.Devnet!.Money.GiveAsync(account, watch, limit.Token);
            return TypedResults.Ok(new { account = account.ToString() });
        }
        catch (Exception e) when (e is EthereumException or ObjectDisposedException or OperationCanceledException && !stop.IsCancellationRequested)
        {
            return NotNow();
        }
    }

    private static ProblemHttpResult NotNow() => TypedResults.Problem("The devnet's chain does not do it now. Try again.", statusCode: StatusCodes.Status503ServiceUnavailable);

    private static ValueTask<object?> OnDevnetsAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        context.HttpContext.RequestServices.GetRequiredService<MarketWatch>().Devnet is not null
            ? next(context)
            : ValueTask.FromResult<object?>(TypedResults.Problem("This market's chain is no devnet.", statusCode: StatusCodes.Status404NotFound));

    internal sealed record Question(string? Method, JsonArray? Params);

    internal sealed record Needy(string? Address);
}
