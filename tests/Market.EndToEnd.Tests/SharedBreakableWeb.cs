namespace Market.EndToEnd.Tests;

/// <summary>The test classes that share one server and its lines; each leaves the lines whole.</summary>
[CollectionDefinition(nameof(SharedBreakableWeb))]
public sealed class SharedBreakableWeb : ICollectionFixture<BreakableWeb>;
