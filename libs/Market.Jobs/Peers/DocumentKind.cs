namespace Market.Jobs.Peers;

/// <summary>What <see cref="Documents"/> are about. The numbers are on the wire.</summary>
public enum DocumentKind
{
    /// <summary>A hardware profile, by its digest.</summary>
    Profile = 1,

    /// <summary>The evidence of a verdict, by its digest.</summary>
    Evidence = 2,

    /// <summary>The result manifest of a replica that the peer holds, its own or another's, by its root.</summary>
    Result = 3,

    /// <summary>Where the values of a trace are, by its root.</summary>
    Trace = 4,

    /// <summary>How the node stands now; its id is zero.</summary>
    Status = 5,

    /// <summary>How far the node is with a job that it executes, by the job's id.</summary>
    Progress = 6,

    /// <summary>The newest jobs that a provider did not take; its id is zero.</summary>
    Refused = 7,
}
