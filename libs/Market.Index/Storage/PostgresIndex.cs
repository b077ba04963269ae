using Microsoft.EntityFrameworkCore;

namespace Market.Index.Storage;

/// <summary>The index on a PostgreSQL server.</summary>
/// <param name="options">Where.</param>
public sealed class PostgresIndex(DbContextOptions<PostgresIndex> options) : IndexContext(options);
