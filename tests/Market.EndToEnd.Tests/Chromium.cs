using System.Runtime.CompilerServices;
using Microsoft.Playwright;

namespace Market.EndToEnd.Tests;

/// <summary>The real browser of these tests.</summary>
internal static class Chromium
{
    /// <summary>How long pages and people are waited for, in milliseconds: a machine with two cores runs a chain, four nodes and a browser, several times.</summary>
    public const float Patience = 240_000;

    public static Task<IBrowser> StartAsync(IPlaywright playwright) =>
        playwright.Chromium.LaunchAsync(new() { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox"] });

    /// <summary>What holds for all tests of the process, whichever comes first.</summary>
    [ModuleInitializer]
    internal static void WaitPatiently() => Assertions.SetDefaultExpectTimeout(Patience);
}
