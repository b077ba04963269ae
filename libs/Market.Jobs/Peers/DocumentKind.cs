namespace Market.Jobs.Peers;

/// <summary>What <see cref="Documents"/> are about. The numbers are on the wire.</summary>
public enum DocumentKind
{
    /// <summary>A hardware profile, by its digest.</summary>
    Profile = 1,

    /// <summary>The evidence of a verdict, by its digest.</summary>
    Evidence = 2,

    /// <summary>The result manifest of the peer's replica of a job, by the job's id.</summary>
    Result = 3,
}
