using Market.Jobs.Packaging;
using Market.Jobs.Requests;
using Market.Web.Hosting;

namespace Market.Web.Purchases;

/// <summary>A job whose data this server offers already, ready to be priced and posted.</summary>
/// <param name="Title">What happens in it.</param>
/// <param name="Package">Its data.</param>
/// <param name="Trial">How its first task went here.</param>
/// <param name="Hosted">What is kept of it.</param>
public sealed record PreparedJob(string Title, JobPackage Package, TrialRun Trial, HostedJob Hosted);
