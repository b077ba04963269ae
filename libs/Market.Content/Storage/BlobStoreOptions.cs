namespace Market.Content.Storage;

/// <summary>Where a store lies and how large it may become.</summary>
/// <param name="Folder">A folder of its own, made if absent.</param>
/// <param name="CapacityBytes">The most bytes of stored blocks, each rounded up to 4 KiB; at least 4 MiB.</param>
public sealed record BlobStoreOptions(string Folder, long CapacityBytes);
