namespace Market.Web.Components.Shared;

/// <summary>One bar of a chart.</summary>
/// <param name="Label">When it begins.</param>
/// <param name="Value">How tall it is.</param>
public sealed record Bar(string Label, double Value);
