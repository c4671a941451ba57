// From cells to objects: connected groups of cells, what can be said of one, and whether it is a
// thing at all, light on the street, or the gap left by something that was there when the street
// was learned.
#pragma once

#include <vector>

#include <opencv2/core/mat.hpp>

#include "watch/scene_memory.h"

namespace xunjie::watch {

struct Standing;

// CV_8U masks over the grid.
cv::Mat standing_cells(const SceneMemory& memory);         // something stands there
cv::Mat seen_twice_cells(const SceneMemory& memory);       // and was seen at least twice
cv::Mat established_cells(const SceneMemory& memory);      // and mostly shows, when looked at
cv::Mat going_cells(const SceneMemory& memory);            // and has just not been seen
cv::Mat seen_cells(const SceneMemory& memory, Seen seen);  // by the latest look

// Connected groups of at least `min_cells`, with small holes and gaps closed, and when they came.
std::vector<Standing> objects_in(const cv::Mat& cells, const SceneMemory& memory, int min_cells);

struct ObjectFacts {
  double visible = 0;  // share the latest look showed
  double hard = 0;     // share that differs from the street by structure or colour
  double solid = 0;    // its share of all that differs from the street within its box
};
ObjectFacts facts_of(const Standing& object, const SceneMemory& memory);

// The rim of a thing shows with it, the rim of a gap showed in the street as it was learned.
bool is_ghost(const Standing& object, const SceneMemory& memory);

// The street's own pattern shows there in the latest look: light or shade lies over it, which a
// memory that followed it in pieces may show as structure.
bool is_light(const Standing& object, const SceneMemory& memory, const Look& look);

}  // namespace xunjie::watch
