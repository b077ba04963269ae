using System.Globalization;
using FluentValidation;
using Market.Protocol.Bundles;
using Market.Protocol.Canonical;
using Market.Protocol.Draws;
using Market.Protocol.Ids;
using Market.Protocol.Jobs;

namespace Market.Protocol.Verdicts;

/// <summary>What sound evidence obeys.</summary>
internal sealed class EvidenceRules : AbstractValidator<Evidence>
{
    public static readonly EvidenceRules Instance = new();

    private EvidenceRules()
    {
        RuleFor(e => e.Version).Equal(Evidence.CurrentVersion)
            .WithMessage(e => $"Version {e.Version} found, expected {Evidence.CurrentVersion}.");
        RuleFor(e => e.Chain).GreaterThan(0).WithMessage(e => $"Chain {e.Chain} found, expected a number above 0.");
        RuleFor(e => e.Contract).Matches(@"\A0x[0-9a-f]{40}\z").WithMessage("Expected an address: 0x and 40 lower-case hexadecimal digits.");
        RuleFor(e => e.Verifier).NotEqual(default(StakeId)).WithMessage("No verifier is named.");
        RuleFor(e => e.Tolerance).Must(tolerance => tolerance.IsSound)
            .WithMessage(e => $"{e.Tolerance} found, expected 0 to {Tolerance.Largest} each.");
        RuleFor(e => e.Replicas).Must(r => r.Count is >= 1 and <= JobSpec.MostReplicas && Ascend(r.Select(x => x?.Seat), JobSpec.MostReplicas))
            .WithMessage($"Expected 1 to {JobSpec.MostReplicas} replicas by ascending seat.");
        RuleForEach(e => e.Replicas).SetValidator(new ReplicaRules());
        RuleFor(e => e.Reference).Must((e, seat) => seat is null || e.Replicas.Any(r => r?.Seat == seat))
            .WithMessage(e => $"Seat {e.Reference} is the reference but not among the replicas.");
        RuleFor(e => e.Samples).Must(s => s.Count <= Bundle.MostTasks && Ascend(s.Select(x => x?.Task), Bundle.MostTasks))
            .WithMessage("Expected samples by ascending task.");
        RuleForEach(e => e.Samples).Must(s => s is null || (s.Replicas.Count <= JobSpec.MostReplicas
                && Ascend(s.Replicas.Select(r => r?.Seat), JobSpec.MostReplicas)))
            .WithMessage("Expected distances by ascending seat.");
        RuleForEach(e => e.Samples).Must(s => s?.Witness is not { IsSound: false })
            .WithMessage($"Expected a witness of 1 to {WitnessDraw.Values} values with {Witness.NumbersOfValue} numbers each.");
    }

    /// <summary>Null marks an absent element, which no sound list has.</summary>
    private static bool Ascend(IEnumerable<int?> indices, int bound)
    {
        var last = -1;
        foreach (var index in indices)
        {
            if (index is not { } value || value <= last || value >= bound)
            {
                return false;
            }

            last = value;
        }

        return true;
    }

    private sealed class ReplicaRules : AbstractValidator<ReplicaFinding>
    {
        public ReplicaRules()
        {
            RuleFor(r => r.Provider).NotEqual(default(StakeId)).WithMessage("No provider is named.");
            RuleFor(r => r.Outcome).Must((r, outcome) => Enum.IsDefined(r.Reason) && outcome == r.Reason.OutcomeOf())
                .WithMessage(r => $"Outcome {r.Outcome} does not go with reason {r.Reason}.");
            RuleFor(r => r.Detail).Must(text => Text.IsLine(text, 512)).WithMessage("Expected a line of at most 512 characters.");
            RuleFor(r => r.ShareOfTolerance).Must((r, share) => r.Outcome != Outcome.Accept || share.Value <= 1)
                .WithMessage(r => $"An accepted replica at {r.ShareOfTolerance} of the tolerance found, expected at most 1.");
            RuleFor(r => r.TasksCompared).InclusiveBetween(0, Bundle.MostTasks).WithMessage("Expected the number of compared tasks.");
            RuleFor(r => r.Task).Must((r, task) => r.Outcome == Outcome.Accept || r.Reason == VerdictReason.NotServed ? task is null : task is >= 0 and < Bundle.MostTasks)
                .WithMessage(r => $"Outcome {r.Outcome} for {r.Reason} with task {r.Task?.ToString(CultureInfo.InvariantCulture) ?? "none"} found, expected the task that shows it, and none where it is accepted or not served.");
            RuleFor(r => r.WorstTask).Must(task => task is null or (>= 0 and < Bundle.MostTasks)).WithMessage("Expected a task's index.");
        }
    }
}
