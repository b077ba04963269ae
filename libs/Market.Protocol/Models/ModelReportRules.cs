using FluentValidation;
using Market.Protocol.Bundles;
using Market.Protocol.Canonical;
using Market.Protocol.Ids;

namespace Market.Protocol.Models;

/// <summary>What a sound report obeys.</summary>
internal sealed class ModelReportRules : AbstractValidator<ModelReport>
{
    public static readonly ModelReportRules Instance = new();

    private const int MostSamples = 1000;
    private const int MostClasses = 64;

    private ModelReportRules()
    {
        RuleFor(r => r.Version).Equal(ModelReport.CurrentVersion)
            .WithMessage(r => $"Version {r.Version} found, expected {ModelReport.CurrentVersion}.");
        RuleFor(r => r.Original).Must(IsBlob).WithMessage("Expected the size and digest of a file.");
        RuleFor(r => r.Model).Must(IsBlob).WithMessage("Expected the size and digest of a file.");
        RuleFor(r => r.Root).NotEqual(default(ModelRoot)).WithMessage("The root is zero.");
        RuleFor(r => r.Runtime).Matches(RuntimeTerms.VersionPattern).WithMessage("Expected a runtime version of three numbers such as 1.31.1.");
        RuleFor(r => r.Optimization).Must(level => level is "none" or "basic" or "extended")
            .WithMessage(r => $"Optimization '{r.Optimization}' found, expected none, basic or extended.");
        RuleFor(r => r.Nodes).GreaterThanOrEqualTo(0).WithMessage("Expected a number of nodes.");
        RuleFor(r => r.Samples).Must(s => s.Count is >= 1 and <= MostSamples).WithMessage($"Expected 1 to {MostSamples} samples.");
        RuleFor(r => r.RoundedCaught).Must((r, caught) => caught >= 0 && caught <= r.Samples.Count)
            .WithMessage(r => $"{r.RoundedCaught} of {r.Samples.Count} samples found, expected at most all.");
        RuleFor(r => r.Classes).Must(c => c.Count is >= 1 and <= MostClasses && c.All(one => one is not null && Text.IsLine(one.Name, 2048)))
            .WithMessage($"Expected 1 to {MostClasses} classes with names of at most 2,048 characters.");
        RuleFor(r => r.Flagged).Must((r, flagged) => flagged.Count <= ModelReport.MostFlagged && flagged.All(node => IsNode(node, r.Nodes)))
            .WithMessage($"Expected at most {ModelReport.MostFlagged} nodes of the model.");
        RuleFor(r => r.Tolerance).Must(tolerance => tolerance.IsSound)
            .WithMessage(r => $"{r.Tolerance} found, expected 0 to {Tolerance.Largest} each.");
        RuleFor(r => r.Tolerance).Must((r, tolerance) => r.OnlyClass is not null || tolerance.IsAtLeast(Tolerance.Default))
            .WithMessage(r => $"{r.Tolerance} found, expected at least {Tolerance.Default} unless there is one class only.");
        RuleFor(r => r.OnlyClass).Must((r, only) => only is null || r.Classes.Any(c => c?.Class == only))
            .WithMessage("The only class is none of those that were measured.");
        RuleFor(r => r.OnlyClassBecause).Must((r, why) => why is null == r.OnlyClass is null && (why is null || Text.IsLine(why, 512)))
            .WithMessage("Expected a reason of at most 512 characters exactly where there is one class only.");
    }

    private static bool IsBlob(BlobReference blob) => blob.Bytes is >= 1 and <= int.MaxValue && blob.Digest != default;

    private static bool IsNode(FlaggedNode? node, int nodes) =>
        node is not null && node.Node >= 0 && node.Node < nodes && Text.IsLine(node.Name, 1024) && Text.IsPrintableAscii(node.Operator, 256);
}
