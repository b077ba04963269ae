using Market.Jobs.Execution;
using Market.Jobs.Packaging;
using Market.Jobs.Proofs;
using Market.Onnx.Execution;
using Market.Protocol.Money;

namespace Market.Node.Providers;

/// <summary>What a provider takes on, and how it executes.</summary>
public sealed record ProviderOptions
{
    /// <summary>Session settings of this machine.</summary>
    public SessionSettings Settings { get; init; } = SessionSettings.Default;

    /// <summary>How many tasks to run at a time.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>How many jobs to hold at a time.</summary>
    public int Jobs { get; init; } = 1;

    /// <summary>The least reward for a seat; null to take what the owner of the stake set last.</summary>
    public Units? LeastReward { get; init; }

    /// <summary>The least reward for a seat that holds now.</summary>
    public Units LeastRewardBy(ProviderJournal journal) => LeastReward ?? journal.OwnerSet().LeastReward;

    /// <summary>Whether it tells that, and which jobs it did not take, to whoever asks.</summary>
    public bool TellsLeastReward { get; init; } = true;

    /// <summary>The most bytes of a job's data.</summary>
    public long MostBundleBytes { get; init; } = 4L << 30;

    /// <summary>The most bytes of a job's outputs.</summary>
    public long MostOutputBytes { get; init; } = 4L << 30;

    /// <summary>Who runs a job's tasks, from the job and its model's path. Default: confined workers, as ordered.</summary>
    public Func<JobData, string, CancellationToken, Task<IExecutor>>? Executor { get; init; }

    /// <summary>Whether to claim before executing even where all tasks of a job take seconds.</summary>
    public bool ClaimFirst { get; init; }

    /// <summary>What is shown where a task's trace is demanded. Default: what the job's model gives.</summary>
    public Func<JobData, int, CancellationToken, Task<TaskTrace?>>? Trace { get; init; }

    /// <summary>The canonical referee, by which the provider contests verdicts against it; null to contest none.</summary>
    public WebRuntime? Referee { get; init; }
}
