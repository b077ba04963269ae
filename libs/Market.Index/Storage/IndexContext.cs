using Market.Index.Rows;
using Microsoft.EntityFrameworkCore;

namespace Market.Index.Storage;

/// <summary>The index's tables.</summary>
public abstract class IndexContext : DbContext
{
    private protected IndexContext(DbContextOptions options)
        : base(options) => ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;

    /// <summary>All jobs.</summary>
    public DbSet<JobRow> Jobs => Set<JobRow>();

    /// <summary>All seats.</summary>
    public DbSet<SeatRow> Seats => Set<SeatRow>();

    /// <summary>All stakes.</summary>
    public DbSet<StakeRow> Stakes => Set<StakeRow>();

    /// <summary>The market's numbers by the hour.</summary>
    public DbSet<HourRow> Hours => Set<HourRow>();

    /// <summary>What is known of jobs' heads.</summary>
    public DbSet<HeadRow> Heads => Set<HeadRow>();

    /// <summary>How much each model was used.</summary>
    public DbSet<ModelRow> Models => Set<ModelRow>();

    /// <summary>How far the index has come.</summary>
    public DbSet<CheckpointRow> Checkpoints => Set<CheckpointRow>();

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);
        modelBuilder.Entity<JobRow>(job =>
        {
            job.HasKey(j => j.Number);
            job.Property(j => j.Number).ValueGeneratedNever();
            job.Property(j => j.Id).IsRequired();
            job.HasIndex(j => j.Id).IsUnique();
            job.HasIndex(j => new { j.State, j.Number });
            job.HasIndex(j => new { j.Requester, j.Number });
            job.HasIndex(j => new { j.Requester, j.State, j.Number });
            job.HasIndex(j => new { j.Bundle, j.Number });
            job.HasIndex(j => new { j.Model, j.Number });
            job.HasIndex(j => new { j.Model, j.State, j.Number });
            job.HasIndex(j => new { j.Verifier, j.Number });
            job.HasIndex(j => j.PostedAt);
            job.HasIndex(j => j.JudgedAt);
            job.HasIndex(j => j.ChangedBlock);

            // Few jobs are contested, and lists of them are asked for with every other filter.
            job.HasIndex(j => j.Number, "IX_Jobs_Contested").HasFilter("\"Disputed\"");
            job.HasIndex(j => new { j.State, j.Number }, "IX_Jobs_Contested_State").HasFilter("\"Disputed\"");
            job.HasIndex(j => new { j.Requester, j.Number }, "IX_Jobs_Contested_Requester").HasFilter("\"Disputed\"");
        });
        modelBuilder.Entity<SeatRow>(seat =>
        {
            seat.HasKey(s => new { s.Job, s.Seat });
            seat.HasIndex(s => new { s.Provider, s.Job });
        });
        modelBuilder.Entity<StakeRow>(stake =>
        {
            stake.HasKey(s => s.Id);
            stake.Property(s => s.Id).ValueGeneratedNever();
            stake.HasIndex(s => s.Owner);
            stake.HasIndex(s => s.NodeKey);
            stake.HasIndex(s => new { s.Role, s.Amount, s.Id });
            stake.HasIndex(s => s.ChangedBlock);
        });
        modelBuilder.Entity<HourRow>(hour =>
        {
            hour.HasKey(h => h.Hour);
            hour.Property(h => h.Hour).ValueGeneratedNever();
        });
        modelBuilder.Entity<HeadRow>().HasKey(h => h.Bundle);
        modelBuilder.Entity<ModelRow>(model =>
        {
            model.HasKey(m => m.Model);
            model.HasIndex(m => new { m.Volume, m.Model });
        });
        modelBuilder.Entity<CheckpointRow>().Property(c => c.Id).ValueGeneratedNever();
    }
}
