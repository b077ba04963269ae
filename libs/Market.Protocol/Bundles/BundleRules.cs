using FluentValidation;
using Market.Protocol.Canonical;
using Market.Protocol.Ids;

namespace Market.Protocol.Bundles;

/// <summary>What a sound bundle obeys.</summary>
internal sealed class BundleRules : AbstractValidator<Bundle>
{
    public static readonly BundleRules Instance = new();

    private const long LargestModel = 2L << 30;
    private const long LargestInput = 1L << 30;

    private BundleRules()
    {
        RuleFor(b => b.Version).Equal(Bundle.CurrentVersion)
            .WithMessage(b => $"Version {b.Version} found, expected {Bundle.CurrentVersion}.");
        RuleFor(b => b.Model).SetValidator(new BlobRules(LargestModel));
        RuleFor(b => b.Tasks).InclusiveBetween(1, Bundle.MostTasks)
            .WithMessage(b => $"{b.Tasks} tasks found, expected 1 to {Bundle.MostTasks}.");
        RuleFor(b => b).Custom(CheckInputs);
        RuleForEach(b => b.Inputs).NotNull().SetValidator(new BlobRules(LargestInput));
        RuleFor(b => b.Outputs).Must(names => !names.IsDefault && names.Length is >= 1 and <= 256 && names.Distinct().Count() == names.Length)
            .WithMessage("Expected 1 to 256 different output names.");
        RuleForEach(b => b.Outputs).Must(name => name is { Length: >= 1 } && Text.IsLine(name, 256))
            .WithMessage("Expected an output name of 1 to 256 characters that is Unicode text without control characters.")
            .When(b => !b.Outputs.IsDefault);
        RuleFor(b => b.Tolerance).Must(tolerance => tolerance.IsSound)
            .WithMessage(b => $"{b.Tolerance} found, expected 0 to {Tolerance.Largest} each.");
        RuleFor(b => b.Tolerance).Must((b, tolerance) => tolerance.IsAtLeast(Tolerance.Default))
            .When(b => b.Runtime is { Classes: { IsDefault: false, Length: not 1 } } && b.Tolerance is not null)
            .WithMessage(b => $"{b.Tolerance} found, expected at least {Tolerance.Default}: below, honest machines of different classes may "
                + "disagree. Name exactly one class or allow more.");
        RuleFor(b => b.Limits).SetValidator(new LimitRules());
        RuleFor(b => b.Runtime).SetValidator(new RuntimeRules());
    }

    private static void CheckInputs(Bundle bundle, ValidationContext<Bundle> context)
    {
        var listed = bundle.Inputs?.Count ?? 0;
        if (bundle.Tasks <= Bundle.MostListedTasks)
        {
            if (listed != bundle.Tasks)
            {
                context.AddFailure("Inputs", $"{listed} inputs found, expected one for each of {bundle.Tasks} tasks.");
            }

            if (bundle.TaskList is not null)
            {
                context.AddFailure("TaskList", $"A task list found, expected none for at most {Bundle.MostListedTasks} tasks.");
            }
        }
        else
        {
            if (bundle.Inputs is not null)
            {
                context.AddFailure("Inputs", $"Inputs found, expected a task list for more than {Bundle.MostListedTasks} tasks.");
            }

            if (bundle.TaskList is not { } list || list.Bytes != TaskInputs.Size(bundle.Tasks))
            {
                context.AddFailure("TaskList", $"Expected a task list of {TaskInputs.Size(bundle.Tasks)} bytes for {bundle.Tasks} tasks.");
            }
        }
    }

    private sealed class BlobRules : AbstractValidator<BlobReference>
    {
        public BlobRules(long largest)
        {
            RuleFor(blob => blob.Bytes).InclusiveBetween(1, largest)
                .WithMessage(blob => $"A blob of {blob.Bytes} bytes found, expected 1 to {largest}.");
            RuleFor(blob => blob.Digest).NotEqual(default(ContentDigest)).WithMessage("The digest is zero, expected the digest of a blob.");
        }
    }

    private sealed class LimitRules : AbstractValidator<ResourceLimits>
    {
        public LimitRules()
        {
            RuleFor(l => l.MemoryBytes).InclusiveBetween(256L << 20, 1L << 40)
                .WithMessage(l => $"{l.MemoryBytes} bytes of memory found, expected 256 MiB to 1 TiB.");
            RuleFor(l => l.TaskMilliseconds).InclusiveBetween(1, 24 * 3_600_000)
                .WithMessage(l => $"{l.TaskMilliseconds} ms per task found, expected 1 ms to 24 h.");
            RuleFor(l => l.OutputBytes).InclusiveBetween(1, 1L << 30)
                .WithMessage(l => $"{l.OutputBytes} output bytes per task found, expected 1 byte to 1 GiB.");
        }
    }

    private sealed class RuntimeRules : AbstractValidator<RuntimeTerms>
    {
        public RuntimeRules()
        {
            RuleFor(r => r.Version).Matches(RuntimeTerms.VersionPattern)
                .WithMessage("Expected a runtime version of three numbers such as 1.31.1.");
            RuleFor(r => r.Classes).Must(c => !c.IsDefault && c.Length <= 64 && IsAscending(c.AsSpan()))
                .WithMessage("Expected at most 64 different classes in ascending order.");
        }

        private static bool IsAscending(ReadOnlySpan<DeterminismClassId> classes)
        {
            for (var i = 1; i < classes.Length; i++)
            {
                if (classes[i - 1].Value >= classes[i].Value)
                {
                    return false;
                }
            }

            return true;
        }
    }
}
