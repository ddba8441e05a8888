#include "sources/schema.h"

#include <array>

namespace weir::sources {
namespace {

constexpr std::array<std::string_view, 17> kMigrations{
    "CREATE SCHEMA IF NOT EXISTS meta",
    "CREATE SCHEMA IF NOT EXISTS obs",
    "CREATE SCHEMA IF NOT EXISTS rec",
    // kind: import, replay. state: committed, undone.
    R"(CREATE TABLE meta.import_run (
      import_id BIGINT NOT NULL,
      kind VARCHAR NOT NULL,
      data_version BIGINT NOT NULL,
      started_at TIMESTAMP NOT NULL,
      finished_at TIMESTAMP,
      state VARCHAR NOT NULL,
      undone_version BIGINT))",
    // One row a file and object. first_obs..last_obs are the numbers that its observations took, with gaps.
    // replay_of: the file whose quarantined rows were read again.
    R"(CREATE TABLE meta.import_file (
      file_id BIGINT NOT NULL,
      import_id BIGINT NOT NULL,
      data_version BIGINT NOT NULL,
      source VARCHAR NOT NULL,
      object VARCHAR NOT NULL,
      mapping_version BIGINT NOT NULL,
      mapping_fingerprint VARCHAR NOT NULL,
      name VARCHAR NOT NULL,
      format VARCHAR NOT NULL,
      encoding VARCHAR NOT NULL,
      score DECIMAL(5,4) NOT NULL,
      extent VARCHAR NOT NULL,
      window_from TIMESTAMP,
      window_to TIMESTAMP,
      key_kind VARCHAR NOT NULL,
      observed_at TIMESTAMP NOT NULL,
      observed_from VARCHAR NOT NULL,
      rows_read BIGINT NOT NULL,
      rows_new BIGINT NOT NULL,
      rows_updated BIGINT NOT NULL,
      rows_unchanged BIGINT NOT NULL,
      rows_quarantined BIGINT NOT NULL,
      rows_skipped BIGINT NOT NULL,
      rows_deleted BIGINT NOT NULL,
      first_obs BIGINT NOT NULL,
      last_obs BIGINT NOT NULL,
      reading VARCHAR NOT NULL,
      replay_of BIGINT,
      state VARCHAR NOT NULL,
      undone_version BIGINT))",
    // state: open, replayed, undone. version: data version that wrote or last changed the row. key: of the row, where
    // it could be read.
    R"(CREATE TABLE meta.reject (
      reject_id BIGINT NOT NULL,
      import_id BIGINT NOT NULL,
      file_id BIGINT NOT NULL,
      source VARCHAR NOT NULL,
      object VARCHAR NOT NULL,
      file VARCHAR NOT NULL,
      line BIGINT NOT NULL,
      col BIGINT NOT NULL,
      header VARCHAR,
      code VARCHAR NOT NULL,
      reason VARCHAR NOT NULL,
      raw VARCHAR NOT NULL,
      key VARCHAR,
      version BIGINT NOT NULL,
      state VARCHAR NOT NULL,
      replayed_by BIGINT))",
    R"(CREATE TABLE meta.source_object (
      source VARCHAR NOT NULL,
      object VARCHAR NOT NULL,
      table_name VARCHAR NOT NULL,
      title_en VARCHAR,
      title_ru VARCHAR,
      mapping_file VARCHAR NOT NULL,
      mapping_version BIGINT NOT NULL,
      extent VARCHAR NOT NULL,
      first_version BIGINT NOT NULL,
      last_version BIGINT NOT NULL))",
    // type: of the mapping, or what all filled cells of an unmapped column are. mapped_to: null if unmapped. One row
    // for each type that a column had; the one with the newest first_version holds.
    R"(CREATE TABLE meta.source_column (
      source VARCHAR NOT NULL,
      object VARCHAR NOT NULL,
      column_name VARCHAR NOT NULL,
      header VARCHAR NOT NULL,
      mapped_to VARCHAR,
      type VARCHAR NOT NULL,
      row_count BIGINT NOT NULL,
      filled_count BIGINT NOT NULL,
      first_version BIGINT NOT NULL,
      last_version BIGINT NOT NULL))",
    // A file saw these observations again, unchanged: runs of neighbouring numbers.
    R"(CREATE TABLE meta.sighting (
      file_id BIGINT NOT NULL,
      first_obs BIGINT NOT NULL,
      last_obs BIGINT NOT NULL))",
    "CREATE TABLE meta.free_mail (domain VARCHAR NOT NULL)",
    "CREATE TABLE meta.public_suffix (suffix VARCHAR NOT NULL)",
    // What the bytes of an imported file were, and the mappings and settings that it was read with.
    R"(CREATE TABLE meta.file_digest (
      file_id BIGINT NOT NULL,
      digest VARCHAR NOT NULL,
      basis VARCHAR NOT NULL))",
    // A file holds this row, which is in quarantine from an earlier file already, as well. inherited_at: the data
    // version from which the row is in quarantine from this file, because the import of the earlier one was undone.
    "CREATE TABLE meta.reject_sighting (file_id BIGINT NOT NULL, reject_id BIGINT NOT NULL, inherited_at BIGINT)",
    // The reason in Russian; null in rows from before it was kept.
    "ALTER TABLE meta.reject ADD COLUMN reason_ru VARCHAR",
    // Columns whose stamps a file gives by the clock on the wall, without an offset: they are kept so, as if they were
    // UTC. Where `zone` is not null, they were put into UTC by it: the time of the observation, which is compared at
    // once.
    R"(CREATE TABLE meta.wall_clock (
      file_id BIGINT NOT NULL,
      source VARCHAR NOT NULL,
      object VARCHAR NOT NULL,
      column_name VARCHAR NOT NULL,
      zone VARCHAR))",
    // What people decided about single cells of records. told: what the source said then, as its column holds it;
    // value: what it should say. cell, header, key_header: the same in the words of the source's own file; obstacle:
    // why it cannot be said there. moment: as of when it was decided.
    R"(CREATE TABLE meta.correction (
      entity VARCHAR NOT NULL,
      field VARCHAR NOT NULL,
      source VARCHAR NOT NULL,
      object VARCHAR NOT NULL,
      row_key VARCHAR NOT NULL,
      record_key VARCHAR NOT NULL,
      column_name VARCHAR NOT NULL,
      told VARCHAR,
      value VARCHAR NOT NULL,
      shown VARCHAR NOT NULL,
      header VARCHAR,
      key_header VARCHAR,
      cell VARCHAR,
      obstacle VARCHAR,
      moment TIMESTAMP NOT NULL,
      data_version BIGINT NOT NULL))",
    "CREATE TABLE meta.correction_undo (undone BIGINT NOT NULL, data_version BIGINT NOT NULL)",
};

}  // namespace

std::span<const std::string_view> SourceMigrations() { return kMigrations; }

}  // namespace weir::sources
