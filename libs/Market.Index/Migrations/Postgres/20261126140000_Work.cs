using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Market.Index.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Work : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // Of jobs that are there already only their documents tell it, which no database reads: the chain is read anew. Heads stay.
            migrationBuilder.Sql("TRUNCATE \"Seats\", \"Jobs\", \"Stakes\", \"Hours\", \"Models\", \"Checkpoints\"");

            migrationBuilder.AddColumn<long>(
                name: "WorkSeconds",
                table: "Seats",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "WorkSeconds",
                table: "Models",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "WorkVolume",
                table: "Models",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "WorkSeconds",
                table: "Jobs",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "WorkVolume",
                table: "Jobs",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "WorkSeconds",
                table: "Hours",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "WorkVolume",
                table: "Hours",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "WorkSeconds",
                table: "Seats");

            migrationBuilder.DropColumn(
                name: "WorkSeconds",
                table: "Models");

            migrationBuilder.DropColumn(
                name: "WorkVolume",
                table: "Models");

            migrationBuilder.DropColumn(
                name: "WorkSeconds",
                table: "Jobs");

            migrationBuilder.DropColumn(
                name: "WorkVolume",
                table: "Jobs");

            migrationBuilder.DropColumn(
                name: "WorkSeconds",
                table: "Hours");

            migrationBuilder.DropColumn(
                name: "WorkVolume",
                table: "Hours");
        }
    }
}
