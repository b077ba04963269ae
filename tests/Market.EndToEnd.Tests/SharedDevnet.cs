namespace Market.EndToEnd.Tests;

/// <summary>The test classes that share one devnet; each leaves all nodes running.</summary>
[CollectionDefinition(nameof(SharedDevnet))]
public sealed class SharedDevnet : ICollectionFixture<DevnetFixture>;
