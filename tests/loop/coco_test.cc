// What reviewers decided, exported as a data set, over the real store.
#include <gtest/gtest.h>

#include "app/coco_export.h"
#include "district.h"

namespace xunjie::testing {
namespace {

namespace json = boost::json;

// The headers of a JPEG of 1000 × 500 pixels; `what` makes its bytes, hence its id, its own.
std::string jpeg(const std::string& what) {
  const std::string comment =
      std::string("\xff\xfe\x00", 3) + static_cast<char>(what.size() + 2) + what;
  return "\xff\xd8" + comment +
         std::string("\xff\xc0\x00\x0b\x08\x01\xf4\x03\xe8\x01\x01\x11\x00", 13);
}

domain::BlobId put(District& d, const std::string& bytes) {
  return d.blobs->put(std::as_bytes(std::span(bytes))).value();
}

ports::RaisedFinding seen(District& d, const std::string& zone, const std::string& violation,
                          const std::string& picture) {
  auto found = d.finding(zone, violation);
  const auto original = put(d, jpeg(picture));
  found.pictures = {{domain::PictureRole::before, put(d, jpeg("before")), {}, d.clock.now()},
                    {domain::PictureRole::now, original, put(d, jpeg("marked")), d.clock.now()}};
  return found;
}

struct Exported {
  app::CocoReport report;
  json::object all;
  std::map<std::string, std::string> files;
  std::string last;  // written last
};

Exported exported(District& d) {
  Exported out;
  const auto done = app::export_coco(
      *d.store, *d.blobs, d.reference, [&](const std::string& path, auto bytes) -> Result<void> {
        EXPECT_FALSE(out.files.contains(path)) << path << " twice";
        out.files[path].assign(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        out.last = path;
        return {};
      });
  EXPECT_TRUE(done.ok()) << (done.ok() ? "" : done.error().message);
  if (!done.ok()) return out;
  out.report = *done;
  out.all = json::parse(out.files.at("annotations.json")).as_object();
  return out;
}

std::string category_name(const json::object& all, const json::value& id) {
  for (const auto& each : all.at("categories").as_array()) {
    if (each.at("id") == id) return std::string(each.at("name").as_string());
  }
  return "?";
}

TEST(Coco, AConfirmedFindingIsAnAnnotationOnItsSealedPicture) {
  District d;
  const auto id = d.raise(seen(d, "fruit-front", "store_overflow", "fruit"));
  ASSERT_TRUE(d.command(id, "reviewer", "confirm").ok());
  const Exported out = exported(d);
  EXPECT_EQ(out.report.confirmed, 1);
  EXPECT_EQ(out.report.pictures, 1);
  ASSERT_EQ(out.all.at("images").as_array().size(), 1u);
  const auto& image = out.all.at("images").as_array()[0];
  EXPECT_EQ(image.at("width"), 1000);
  EXPECT_EQ(image.at("height"), 500);
  EXPECT_EQ(out.files.at(std::string(image.at("file_name").as_string())), jpeg("fruit"));
  ASSERT_EQ(out.all.at("annotations").as_array().size(), 1u);
  const auto& annotation = out.all.at("annotations").as_array()[0];
  EXPECT_EQ(annotation.at("image_id"), image.at("id"));
  EXPECT_EQ(category_name(out.all, annotation.at("category_id")), "store_overflow");
  EXPECT_EQ(annotation.at("bbox"), json::parse("[200.0,100.0,100.0,50.0]"));
  EXPECT_EQ(annotation.at("area"), 5000.0);
  EXPECT_EQ(annotation.at("iscrowd"), 0);
  EXPECT_EQ(out.last, "annotations.json") << "a data set that was cut off must not look whole";
}

TEST(Coco, ARejectedFindingIsAPictureWithoutItAndSaysWhy) {
  District d;
  const auto id = d.raise(seen(d, "fruit-front", "store_overflow", "shadow"));
  ASSERT_TRUE(d.command(id, "reviewer", "reject", R"({"reason":"是影子"})").ok());
  const Exported out = exported(d);
  EXPECT_EQ(out.report.rejected, 1);
  EXPECT_TRUE(out.all.at("annotations").as_array().empty());
  ASSERT_EQ(out.all.at("images").as_array().size(), 1u);
  ASSERT_EQ(out.all.at("rejected").as_array().size(), 1u);
  const auto& rejected = out.all.at("rejected").as_array()[0];
  EXPECT_EQ(rejected.at("image_id"), out.all.at("images").as_array()[0].at("id"));
  EXPECT_EQ(rejected.at("reason").as_string(), "是影子");
  EXPECT_EQ(rejected.at("bbox"), json::parse("[200.0,100.0,100.0,50.0]"));
}

TEST(Coco, AnUpheldObjectionTakesTheConfirmationBack) {
  District d;
  const auto id = d.raise(seen(d, "fruit-front", "store_overflow", "permitted"));
  ASSERT_TRUE(d.command(id, "reviewer", "confirm").ok());
  d.settle();
  ASSERT_TRUE(d.command(id, "duty_officer", "object", R"({"reason":"有许可"})").ok());
  const auto upheld = d.command(id, "reviewer", "uphold_objection", R"({"reason":"许可属实"})");
  ASSERT_TRUE(upheld.ok()) << upheld.error().message;
  const Exported out = exported(d);
  EXPECT_EQ(out.report.confirmed, 0);
  ASSERT_EQ(out.all.at("rejected").as_array().size(), 1u);
  EXPECT_EQ(out.all.at("rejected").as_array()[0].at("reason").as_string(), "许可属实");
}

TEST(Coco, WhatNobodyDecidedAndWhatHasNoPictureIsCountedAndLeftOut) {
  District d;
  d.raise(seen(d, "fruit-front", "store_overflow", "waiting"));
  const auto broken = d.raise("plaza", "street_vending");  // its picture is no JPEG
  ASSERT_TRUE(d.command(broken, "reviewer", "confirm").ok());
  const Exported out = exported(d);
  EXPECT_EQ(out.report.undecided, 1);
  EXPECT_EQ(out.report.unreadable, 1);
  EXPECT_EQ(out.report.pictures, 0);
  EXPECT_EQ(out.files.size(), 1u);
  EXPECT_TRUE(out.all.at("images").as_array().empty());
  EXPECT_GE(out.all.at("categories").as_array().size(), 5u) << "all kinds, seen or not";
}

TEST(Coco, TwoFindingsOfOneLookShareItsPicture) {
  District d;
  const auto a = d.raise(seen(d, "fruit-front", "store_overflow", "both"));
  const auto b = d.raise(seen(d, "plaza", "street_vending", "both"));
  ASSERT_TRUE(d.command(a, "reviewer", "confirm").ok());
  ASSERT_TRUE(d.command(b, "reviewer", "confirm").ok());
  const Exported out = exported(d);
  EXPECT_EQ(out.report.pictures, 1);
  const auto& annotations = out.all.at("annotations").as_array();
  ASSERT_EQ(annotations.size(), 2u);
  EXPECT_EQ(annotations[0].at("image_id"), annotations[1].at("image_id"));
  EXPECT_NE(annotations[0].at("id"), annotations[1].at("id"));
  EXPECT_NE(annotations[0].at("category_id"), annotations[1].at("category_id"));
}

TEST(Coco, AFileThatCannotBeWrittenEndsTheExport) {
  District d;
  const auto id = d.raise(seen(d, "fruit-front", "store_overflow", "fruit"));
  ASSERT_TRUE(d.command(id, "reviewer", "confirm").ok());
  const auto done = app::export_coco(*d.store, *d.blobs, d.reference,
                                     [](const std::string&, auto) -> Result<void> {
                                       return make_error(ErrorCode::full, "无法写入", "out");
                                     });
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().code, ErrorCode::full);
}

}  // namespace
}  // namespace xunjie::testing
