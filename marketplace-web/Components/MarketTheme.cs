using MudBlazor;

namespace Market.Web.Components;

/// <summary>The colours, chosen for a contrast of at least 4.5 to 1 on their backgrounds.</summary>
internal static class MarketTheme
{
    public static MudTheme Theme { get; } = new()
    {
        PaletteLight = new PaletteLight { Primary = "#1f5fbf", Background = "#f7f8fa", Surface = "#ffffff", AppbarBackground = "#ffffff", AppbarText = "#1b1f24", TextPrimary = "#1b1f24", TextSecondary = "#4c5560", Success = "#1a7f37", Warning = "#8a5a00", Error = "#b3261e" },
        PaletteDark = new PaletteDark { Primary = "#8ab4f8", Background = "#14171b", Surface = "#1c2026", AppbarBackground = "#1c2026", AppbarText = "#e8eaed", TextPrimary = "#e8eaed", TextSecondary = "#b3bac3", Success = "#7ee195", Warning = "#f2c46d", Error = "#ffb4ab" },
        Typography = new Typography { Default = new DefaultTypography { FontFamily = ["system-ui", "Segoe UI", "Roboto", "DejaVu Sans", "sans-serif"] } },
    };
}
