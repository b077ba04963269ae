using System.Globalization;
using Market.Chain;

namespace Market.Web;

/// <summary>What anybody may know of the deployment: its file. The endpoint that <c>--rpc</c> names is this server's alone, and may carry its key.</summary>
public sealed record PublicDeployment(Deployment File)
{
    /// <summary>The chain as wallets name it (EIP-695).</summary>
    public string ChainId => "0x" + File.ChainId.ToString("x", CultureInfo.InvariantCulture);

    /// <summary>The chain's endpoint for wallets, which take no web socket; a chain on one's own machine serves both at one port. Null if the file names none.</summary>
    public Uri? WalletRpc => File.Rpc switch
    {
        { Scheme: "http" or "https" } rpc => rpc,
        { Scheme: "ws", IsLoopback: true } rpc => new UriBuilder(rpc) { Scheme = Uri.UriSchemeHttp }.Uri,
        _ => null,
    };
}
