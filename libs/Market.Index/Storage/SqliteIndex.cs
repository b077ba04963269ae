using Microsoft.EntityFrameworkCore;

namespace Market.Index.Storage;

/// <summary>The index in a file.</summary>
/// <param name="options">Where.</param>
public sealed class SqliteIndex(DbContextOptions<SqliteIndex> options) : IndexContext(options);
