// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace orrery::gl {

inline constexpr const char *kPointVertex = R"(#version 330 core
layout(location = 0) in vec2 from;
layout(location = 1) in vec2 to;
layout(location = 2) in uvec4 look; // red, green, blue, shape and flags

uniform vec2 centre, scale; // of the map; to clip coordinates
uniform float blend, radius, opacity, fadedOpacity;
uniform bool halo, dot;
uniform vec3 disc; // colour of a halo

flat out vec4 fill;
flat out int shape;
out float side;

void main()
{
    vec2 place = from + (to - from) * blend;
    gl_Position = vec4((place - centre) * scale, 0.0, 1.0);
    shape = int(look.w & 7u);
    bool faded = (look.w & 8u) != 0u;
    fill = vec4(halo ? disc : vec3(look.xyz) / 255.0, opacity * (faded ? fadedOpacity : 1.0));
    side = dot ? radius * 1.7725 : 2.0 * ceil(radius * (shape == 0 ? 1.0 : 1.2) + 0.5);
    gl_PointSize = side;
}
)";

// shapeDistance() and ringColour() of point_shapes.cpp; the two have to agree.
inline constexpr const char *kPointFragment = R"(#version 330 core
uniform float radius, ringWidth;
uniform bool ring;
uniform vec3 text;

flat in vec4 fill;
flat in int shape;
in float side;
out vec4 pixel;

float bar(vec2 p, float width, float height) { return max(abs(p.x) - width, abs(p.y) - height); }

float distanceTo(vec2 p)
{
    if (shape == 0) return length(p) - radius;
    if (shape == 1) return max(abs(p.x), abs(p.y)) - radius * 0.88;
    if (shape == 2) return max(p.y, abs(p.x) * 0.8660 - p.y * 0.5) - radius * 0.68;
    if (shape == 3) return (abs(p.x) + abs(p.y)) * 0.7071 - radius * 0.92;
    if (shape == 4) return max(-p.y, abs(p.x) * 0.8660 + p.y * 0.5) - radius * 0.68;
    return min(bar(p, radius * 1.15, radius * 0.45), bar(p, radius * 0.45, radius * 1.15));
}

void main()
{
    float d = distanceTo((gl_PointCoord - 0.5) * side);
    float alpha = clamp(0.5 - d, 0.0, 1.0) * fill.a;
    vec3 colour = fill.rgb;
    if (ring)
        colour = mix(colour, mix(colour, text, 0.45), clamp(d + 0.5 + ringWidth, 0.0, 1.0));
    pixel = vec4(colour * alpha, alpha);
}
)";

// Of points so small that nobody sees a shape: as large as the circle would be, and a third of its time.
inline constexpr const char *kDotFragment = R"(#version 330 core
flat in vec4 fill;
out vec4 pixel;

void main()
{
    pixel = vec4(fill.rgb * fill.a, fill.a);
}
)";

inline constexpr const char *kTextureVertex = R"(#version 330 core
uniform vec4 place; // left, bottom, right, top in clip coordinates
out vec2 at;

void main()
{
    vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
    at = corner;
    gl_Position = vec4(mix(place.xy, place.zw, corner), 0.0, 1.0);
}
)";

inline constexpr const char *kTextureFragment = R"(#version 330 core
uniform sampler2D picture;
uniform float opacity;
uniform bool upsideDown; // pictures of Qt begin with the top line
in vec2 at;
out vec4 pixel;

void main()
{
    pixel = texture(picture, upsideDown ? vec2(at.x, 1.0 - at.y) : at) * opacity;
}
)";

} // namespace orrery::gl
