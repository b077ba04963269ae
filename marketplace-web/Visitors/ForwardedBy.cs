using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace Market.Web.Visitors;

/// <summary>Takes from a proxy in front of this server who asks, and whether by https; and then has browsers keep to https.</summary>
internal static class ForwardedBy
{
    /// <summary>Believes these proxies. Anybody can write the same headers, so of everybody else they are ignored, and of a proxy only the last one, which it wrote itself.</summary>
    public static void Use(WebApplication app, IReadOnlyList<IPNetwork> proxies)
    {
        if (proxies.Count == 0)
        {
            return;
        }

        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto, ForwardLimit = 1 };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in proxies)
        {
            options.KnownIPNetworks.Add(proxy);
        }

        app.UseForwardedHeaders(options);
        app.UseHsts();
    }
}
